package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;

/**
 * A decoder layer's weights and cache pages.
 *
 * @param attention its attention
 * @param dense null in a MoE layer
 * @param mixture null in a dense layer
 * @param cache pages × tokens × cache width, of the attention form's type
 */
record Layer(
    int index,
    Buffer attentionNorm,
    Attention attention,
    Buffer ffnNorm,
    FeedForward dense,
    Mixture mixture,
    Buffer cache) {

  /**
   * Weights of the attention.
   *
   * @param queryLatent null if queries are projected directly, as is its norm
   * @param keyUp for each head latent × nope size
   * @param expand for each head nope size + value size rows, of which the values' are read in
   *     place; for Hopper's attention the values' rows alone
   * @param keys the keys' rows, for Hopper's attention of prompts; null where that is not used
   */
  record Attention(
      Matrix queryLatent,
      Buffer queryNorm,
      Matrix query,
      Matrix latent,
      Buffer latentNorm,
      Matrix keyUp,
      Matrix expand,
      Matrix keys,
      Matrix output) {}

  /**
   * What of a mixture of experts every rank has.
   *
   * @param bias counts in the choice only
   * @param counted where its counters begin among all layers', -1 for none
   */
  record Mixture(Matrix gate, Buffer bias, FeedForward shared, int counted) {}
}
