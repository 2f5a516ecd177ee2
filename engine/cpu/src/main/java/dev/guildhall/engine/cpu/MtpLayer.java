package dev.guildhall.engine.cpu;

/**
 * The multi-token-prediction layer's own weights; embedding and head are the main model's.
 *
 * @param embeddingNorm norm of the next token's embedding
 * @param hiddenNorm norm of the main model's state
 * @param merge 2 × hidden (embedding first) to hidden
 * @param layer its decoder layer
 * @param norm before the head
 */
record MtpLayer(
    float[] embeddingNorm, float[] hiddenNorm, Matrix merge, DecoderLayer layer, float[] norm) {

  /** The state that enters {@link #layer}. */
  float[] enter(Compute compute, float[] embeddings, float[] hidden, int rows, float eps) {
    int size = embeddingNorm.length;
    float[] both = new float[rows * 2 * size];
    Kernels kernels = compute.kernels();
    kernels.rmsNorm(embeddings, 0, size, rows, embeddingNorm, eps, both, 0, 2 * size);
    kernels.rmsNorm(hidden, 0, size, rows, hiddenNorm, eps, both, size, 2 * size);
    return compute.linear(both, rows, merge);
  }
}
