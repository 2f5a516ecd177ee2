package dev.guildhall.planner.plan;

/**
 * Bytes that a backend takes per value, and what it needs besides weights and cache.
 *
 * @param matrixBytes per weight of attention, dense networks and experts
 * @param matrixScaleBlock weights that share one float32 scale; 0: none
 * @param tableBytes per weight of embedding, head and router
 * @param cacheBytes per value of the latent cache
 * @param runtimeBytes memory of the process that holds neither weights nor cache nor activations
 */
public record Numerics(
    int matrixBytes, int matrixScaleBlock, int tableBytes, int cacheBytes, long runtimeBytes) {

  /** Bytes of {@code parameters} matrix weights with their scales. */
  public long matrix(long parameters) {
    long scales = matrixScaleBlock == 0 ? 0 : 4 * Math.ceilDiv(parameters, (long) matrixScaleBlock);
    return parameters * matrixBytes + scales;
  }
}
