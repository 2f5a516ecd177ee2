package dev.guildhall.engine.cluster;

import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/** This rank's experts, and how many rows they have computed, for whichever rank. */
final class CountedExperts implements ExpertCompute {
  private final ExpertCompute experts;
  private final AtomicLongArray rows;

  /**
   * @param layers of the decoder, with those of multi-token prediction
   */
  CountedExperts(ExpertCompute experts, int layers) {
    this.experts = experts;
    this.rows = new AtomicLongArray(layers);
  }

  @Override
  public float[] forward(int layer, ExpertBatch batch) {
    float[] output = experts.forward(layer, batch);
    rows.addAndGet(layer, batch.rows().length);
    return output;
  }

  /** Rows of each layer from one to before another, since the start. */
  long[] rows(int from, int to) {
    return IntStream.range(from, to).mapToLong(rows::get).toArray();
  }
}
