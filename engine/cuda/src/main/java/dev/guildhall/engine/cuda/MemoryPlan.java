package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.model.Weights;
import java.util.function.Consumer;
import jcuda.driver.CUresult;

/**
 * What a rank's share of a model takes of a device, in bytes.
 *
 * @param weights with their scales, as they lie on the device, without routed experts
 * @param experts the routed ones held at first
 * @param cache pages of all layers
 * @param workspace of a step
 */
record MemoryPlan(long weights, long experts, long cache, long workspace) {

  /**
   * Finds the sizes by a dry run of what will be done.
   *
   * @param cacheTokens tokens that the pages hold
   * @param workspace allocates what steps need
   */
  static MemoryPlan of(
      Weights weights,
      BackendOptions options,
      AttentionForm form,
      int cacheTokens,
      Consumer<Allocator> workspace) {
    long[] cache = new long[1];
    long bytes =
        DeviceArena.measure(
            counted -> {
              WeightMeasure store = new WeightMeasure(counted);
              cache[0] =
                  DeviceArena.measure(
                      pages -> Model.load(weights, store, form, pages, cacheTokens));
            });
    long experts =
        DeviceArena.measure(
            counted ->
                new ExpertLoader(weights).all(options.heldExperts(), new WeightMeasure(counted)));
    return new MemoryPlan(bytes, experts, cache[0], DeviceArena.measure(workspace));
  }

  long total() {
    return weights + experts + cache + workspace;
  }

  /**
   * Refuses a plan that does not fit, before anything is loaded.
   *
   * @param free bytes
   * @throws CudaException with the parts and what can be done
   */
  void check(long free, String device) {
    if (total() > free) {
      throw new CudaException(
          CUresult.CUDA_ERROR_OUT_OF_MEMORY,
          ("the model needs %,d bytes on %s, %,d are free: %,d for weights, %,d for experts (more ranks hold fewer each), "
                  + "%,d for the cache (fewer cache tokens need less), %,d for a step (fewer batch tokens need less)")
              .formatted(total(), device, free, weights, experts, cache, workspace));
    }
  }
}
