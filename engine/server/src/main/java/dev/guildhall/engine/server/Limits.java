package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.CacheGeometry;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.runtime.RuntimeLimits;

/** Sizes that follow from a model and what was asked for. */
final class Limits {
  private static final int MAX_MESSAGE_BYTES = 512 << 20;

  private Limits() {}

  static int maxContext(RankOptions options, ModelConfig config) {
    if (options.maxContext() > config.maxPositions()) {
      throw new InvalidOptionException(
          "GUILDHALL_MAX_CONTEXT is %d, the model was made for %d positions"
              .formatted(options.maxContext(), config.maxPositions()));
    }
    return options.maxContext() == 0 ? config.maxPositions() : options.maxContext();
  }

  static int cacheTokens(RankOptions options, int maxContext) {
    return options.cacheTokens() > 0
        ? options.cacheTokens()
        : Math.max(maxContext, (int) Math.min(4L * maxContext, 1 << 16));
  }

  static RuntimeLimits runtime(
      RankOptions options, ModelConfig config, CacheGeometry cache, int maxContext) {
    return new RuntimeLimits(
        config.vocabSize(),
        (int) Math.min(maxContext, (long) cache.pages() * cache.pageTokens() + 1),
        options.maxBatchTokens(),
        options.maxSequences(),
        options.maxWaiting());
  }

  /**
   * The largest message that a rank has to take: the outputs of a full step's rows through all
   * their experts, or a prompt of full length.
   */
  static int messageBytes(RankOptions options, ModelConfig config, int maxContext) {
    long outputs = 4L * config.hiddenSize() * options.maxBatchTokens() * config.expertsPerToken();
    long bytes = (1 << 20) + Math.max(outputs, 8L * maxContext);
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new InvalidOptionException(
          ("GUILDHALL_MAX_BATCH_TOKENS of %d needs messages of %d bytes between ranks, more than %d;"
                  + " lower it")
              .formatted(options.maxBatchTokens(), bytes, MAX_MESSAGE_BYTES));
    }
    return (int) bytes;
  }
}
