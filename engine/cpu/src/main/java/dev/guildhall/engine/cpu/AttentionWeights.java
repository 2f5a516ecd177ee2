package dev.guildhall.engine.cpu;

/**
 * Weights of one layer's attention.
 *
 * @param queryLatent hidden to query latent; null if queries are projected directly
 * @param queryNorm norm of the query latent; null likewise
 * @param query query latent (or hidden) to heads × head size
 * @param latent hidden to cached latent and key
 * @param latentNorm norm of the cached latent
 * @param keyUp for each head, latent × nope size: the key expansion transposed, which carries a
 *     query into the latent space
 * @param valueUp for each head, value size × latent
 * @param output heads × value size to hidden
 */
record AttentionWeights(
    Matrix queryLatent,
    float[] queryNorm,
    Matrix query,
    Matrix latent,
    float[] latentNorm,
    Matrix[] keyUp,
    Matrix[] valueUp,
    Matrix output) {}
