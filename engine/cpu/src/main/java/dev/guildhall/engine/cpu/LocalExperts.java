package dev.guildhall.engine.cpu;

import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.Lifetime;

/** The routed experts that this rank holds, as [decoder layer][expert], null where it does not. */
final class LocalExperts implements ExpertCompute {
  private final Compute compute;
  private final Lifetime lifetime;
  private volatile FeedForward[][] experts;
  private final int hiddenSize;

  LocalExperts(Compute compute, Lifetime lifetime, FeedForward[][] experts, int hiddenSize) {
    this.compute = compute;
    this.lifetime = lifetime;
    this.experts = experts;
    this.hiddenSize = hiddenSize;
  }

  /** Those held, as [decoder layer][expert]. */
  FeedForward[][] all() {
    return experts;
  }

  /** Calls under way go on with those they began with. */
  void replace(FeedForward[][] others) {
    experts = others;
  }

  /**
   * @throws IllegalArgumentException if the batch is not well formed or the layer has no experts
   */
  @Override
  public float[] forward(int layer, ExpertBatch batch) {
    FeedForward[][] held = experts;
    int[] firstRow = check(held, layer, batch);
    FeedForward[] mine = held[layer];
    long cost = 0;
    for (int i = 0; i < batch.experts().length; i++) {
      cost += mine[batch.experts()[i]].cost(batch.rowCounts()[i]);
    }
    long total = cost;
    return lifetime.call(
        () -> compute.workers().onPlatformThread(() -> run(mine, batch, firstRow, total)));
  }

  private float[] run(FeedForward[] held, ExpertBatch batch, int[] firstRow, long cost) {
    float[] out = new float[batch.rows().length * hiddenSize];
    compute.each(
        batch.experts().length,
        cost,
        i -> expert(held[batch.experts()[i]], batch, i, firstRow[i], out));
    return out;
  }

  private void expert(FeedForward expert, ExpertBatch batch, int index, int first, float[] out) {
    int count = batch.rowCounts()[index];
    float[] x = new float[count * hiddenSize];
    for (int i = 0; i < count; i++) {
      System.arraycopy(
          batch.hidden(), batch.rows()[first + i] * hiddenSize, x, i * hiddenSize, hiddenSize);
    }
    float[] y = expert.forward(compute, x, count);
    System.arraycopy(y, 0, out, first * hiddenSize, y.length);
  }

  /** Checks a batch, which may have come over the network; gives each expert's first row. */
  private int[] check(FeedForward[][] held, int layer, ExpertBatch batch) {
    if (layer < 0 || layer >= held.length || held[layer] == null) {
      throw new IllegalArgumentException("layer " + layer + " has no routed experts");
    }
    if (batch.hiddenSize() != hiddenSize || batch.hidden().length % hiddenSize != 0) {
      throw new IllegalArgumentException(
          "rows of %d values in an array of %d; the model's hidden size is %d"
              .formatted(batch.hiddenSize(), batch.hidden().length, hiddenSize));
    }
    int distinct = batch.hidden().length / hiddenSize;
    for (int row : batch.rows()) {
      if (row < 0 || row >= distinct) {
        throw new IllegalArgumentException("row " + row + " of " + distinct);
      }
    }
    if (batch.rowCounts().length != batch.experts().length) {
      throw new IllegalArgumentException(
          batch.rowCounts().length + " row counts for " + batch.experts().length + " experts");
    }
    int[] first = new int[batch.experts().length];
    int at = 0;
    for (int i = 0; i < first.length; i++) {
      checkHeld(held[layer], layer, batch.experts()[i]);
      first[i] = at;
      if (batch.rowCounts()[i] < 0 || batch.rowCounts()[i] > batch.rows().length - at) {
        throw new IllegalArgumentException(
            "expert %d: %d rows of %d left"
                .formatted(batch.experts()[i], batch.rowCounts()[i], batch.rows().length - at));
      }
      at += batch.rowCounts()[i];
    }
    if (at != batch.rows().length) {
      throw new IllegalArgumentException(
          "the experts' row counts add up to %d, not %d".formatted(at, batch.rows().length));
    }
    return first;
  }

  private static void checkHeld(FeedForward[] all, int layer, int expert) {
    if (expert < 0 || expert >= all.length) {
      throw new IllegalArgumentException(
          "layer %d has experts 0 to %d, not %d".formatted(layer, all.length - 1, expert));
    }
    if (all[expert] == null) {
      throw new ExpertsUnavailableException(
          "expert %d of layer %d is not held by this rank".formatted(expert, layer), null);
    }
  }
}
