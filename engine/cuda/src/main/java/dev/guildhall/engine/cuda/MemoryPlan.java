package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.model.Weights;
import java.util.function.Consumer;
import jcuda.driver.CUresult;

/**
 * What a rank's share of a model takes of a device, in bytes.
 *
 * @param weights with their scales, as they lie on the device
 * @param cache pages of all layers
 * @param workspace of a step
 * @param checks tensors and scales that are looked at when they are loaded
 */
record MemoryPlan(long weights, long cache, long workspace, int checks) {

  /**
   * Finds the sizes by a dry run of what will be done.
   *
   * @param cacheTokens tokens that the pages hold
   * @param workspace allocates what steps need
   */
  static MemoryPlan of(
      Weights weights, BackendOptions options, int cacheTokens, Consumer<Allocator> workspace) {
    int[] checks = new int[1];
    long[] cache = new long[1];
    long bytes =
        DeviceArena.measure(
            counted -> {
              WeightMeasure store = new WeightMeasure(counted);
              cache[0] =
                  DeviceArena.measure(
                      pages ->
                          Model.load(weights, options.heldExperts(), store, pages, cacheTokens));
              checks[0] = store.checks();
            });
    return new MemoryPlan(bytes, cache[0], DeviceArena.measure(workspace), checks[0]);
  }

  long total() {
    return weights + cache + workspace;
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
          ("the model needs %,d bytes on %s, %,d are free: %,d for weights (more ranks hold fewer experts each), "
                  + "%,d for the cache (fewer cache tokens need less), %,d for a step (fewer batch tokens need less)")
              .formatted(total(), device, free, weights, cache, workspace));
    }
  }
}
