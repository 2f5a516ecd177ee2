package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.CacheGeometry;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.model.ModelConfig;

/**
 * All that steps need on the device beside weights and cache.
 *
 * @param tensor null: everything in float32
 * @param rows for experts that other ranks ask for
 * @param draws of tokens
 * @param total tokens of each expert of each MoE layer, long
 */
record StepBuffers(
    Workspace space, TensorCores tensor, LocalExperts.Rows rows, TokenDraws draws, Buffer total) {

  static StepBuffers allocate(
      Allocator from,
      Device device,
      DeviceMemory memory,
      Kernels kernels,
      Arithmetic arithmetic,
      ModelConfig config,
      BackendOptions options,
      CacheGeometry cache) {
    int rows = options.maxBatchTokens();
    int counters = (config.layers() - config.denseLayers()) * config.experts();
    return new StepBuffers(
        Workspace.allocate(from, config, rows, cache.pages(), cache.pageTokens()),
        arithmetic == Arithmetic.TENSOR
            ? TensorCores.allocate(device, from, kernels, config, rows)
            : null,
        LocalExperts.Rows.allocate(from, config),
        TokenDraws.allocate(from, memory, kernels, config.vocabSize(), Workspace.LOGIT_ROWS),
        from.allocate((long) Long.BYTES * Math.max(1, counters), "expert counters"));
  }
}
