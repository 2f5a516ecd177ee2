package dev.guildhall.engine.cpu;

import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.Grouping;
import dev.guildhall.engine.backend.StepObserver;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Routed experts, wherever they are held, plus the shared ones, which are computed here while the
 * others are under way. Outputs are added in ascending order of the expert, so that where an expert
 * is held changes no bit.
 */
final class MixtureOfExperts {
  private final int layer;
  private final Matrix gate;
  private final Router router;
  private final FeedForward shared;
  private final AtomicLongArray tokens;

  MixtureOfExperts(int layer, Matrix gate, Router router, FeedForward shared) {
    this.layer = layer;
    this.gate = gate;
    this.router = router;
    this.shared = shared;
    this.tokens = new AtomicLongArray(gate.out());
  }

  /** Tokens routed to each expert so far. */
  long[] tokens() {
    long[] copy = new long[tokens.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = tokens.get(i);
    }
    return copy;
  }

  /** {@code x} is normalised, rows × hidden size. */
  float[] forward(
      Compute compute, float[] x, int rows, ExpertCompute experts, StepObserver observer) {
    Router.Choice choice = router.choose(compute.linear(x, rows, gate), rows);
    if (observer != null) {
      observer.routed(layer, choice.experts(), choice.weights());
    }
    int hidden = gate.in();
    Grouping grouping = Grouping.of(choice.experts(), rows, gate.out());
    for (int i = 0; i < grouping.experts().length; i++) {
      tokens.addAndGet(grouping.experts()[i], grouping.rowCounts()[i]);
    }
    ExpertBatch batch =
        new ExpertBatch(grouping.experts(), grouping.rowCounts(), grouping.rows(), x, hidden);
    if (experts instanceof LocalExperts) {
      return combine(
          choice, grouping, experts.forward(layer, batch), shared.forward(compute, x, rows));
    }
    var both =
        compute
            .workers()
            .both(() -> experts.forward(layer, batch), () -> shared.forward(compute, x, rows));
    return combine(choice, grouping, both.mine(), both.other());
  }

  private float[] combine(Router.Choice choice, Grouping grouping, float[] routed, float[] shared) {
    int hidden = gate.in();
    if (routed.length != choice.experts().length * hidden) {
      throw new IllegalStateException(
          "layer %d: experts returned %d values, not %d"
              .formatted(layer, routed.length, choice.experts().length * hidden));
    }
    int perRow = choice.experts().length * hidden / shared.length;
    float[] sum = new float[hidden];
    for (int r = 0; r < shared.length / hidden; r++) {
      Arrays.fill(sum, 0f);
      for (int k = r * perRow; k < (r + 1) * perRow; k++) {
        float weight = choice.weights()[k];
        int from = grouping.slots()[k] * hidden;
        for (int i = 0; i < hidden; i++) {
          sum[i] = Math.fma(weight, routed[from + i], sum[i]);
        }
      }
      for (int i = 0; i < hidden; i++) {
        shared[r * hidden + i] += sum[i];
      }
    }
    return shared;
  }
}
