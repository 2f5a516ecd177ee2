package dev.guildhall.engine.backend;

/**
 * Computes the feed-forward networks of routed experts, here or on the ranks that hold them. Safe
 * for concurrent use.
 */
@FunctionalInterface
public interface ExpertCompute {

  /**
   * Runs every (expert, row) pair of the batch.
   *
   * @param layer index of the decoder layer
   * @return one output row for each entry of {@code batch.rows()}, in that order, not weighted;
   *     each row's bits depend only on that row and the expert, not on what shares the batch, so
   *     that any number of ranks gives the same sums
   * @throws ExpertsUnavailableException if an expert of the batch is held by no reachable rank
   */
  float[] forward(int layer, ExpertBatch batch);
}
