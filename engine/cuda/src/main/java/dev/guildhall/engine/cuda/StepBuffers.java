package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.CacheGeometry;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.model.ModelConfig;

/**
 * All that steps need on the device beside weights and cache.
 *
 * @param launches with room for products on tensor cores, where these are used
 * @param attention with its room
 * @param rows for experts that other ranks ask for
 * @param draws of tokens
 * @param total tokens of each expert of each MoE layer, long
 */
record StepBuffers(
    Workspace space,
    Launches launches,
    Attention attention,
    LocalExperts.Rows rows,
    TokenDraws draws,
    Buffer total) {

  static StepBuffers allocate(
      Allocator from,
      Device device,
      DeviceMemory memory,
      Kernels kernels,
      Arithmetic arithmetic,
      AttentionForm form,
      ModelConfig config,
      BackendOptions options,
      CacheGeometry cache) {
    int rows = options.maxBatchTokens();
    int counters = (config.layers() - config.denseLayers()) * config.experts();
    Workspace space = Workspace.allocate(from, config, rows, cache.pages(), cache.pageTokens());
    TensorCores tensor =
        arithmetic == Arithmetic.TENSOR
            ? TensorCores.allocate(device, from, kernels, config, rows)
            : null;
    Launches launches = new Launches(kernels, tensor);
    int page = cache.pageTokens();
    return new StepBuffers(
        space,
        launches,
        form == AttentionForm.HOPPER
            ? new HopperAttention(from, memory, config, launches, space, cache.pages() * page, page)
            : new PortableAttention(from, config, launches, space, page),
        LocalExperts.Rows.allocate(from, config),
        TokenDraws.allocate(from, memory, kernels, config.vocabSize(), Workspace.LOGIT_ROWS),
        from.allocate((long) Long.BYTES * Math.max(1, counters), "expert counters"));
  }
}
