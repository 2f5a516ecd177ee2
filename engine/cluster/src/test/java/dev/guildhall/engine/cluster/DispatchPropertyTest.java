package dev.guildhall.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DispatchPropertyTest {

  /** Each output row is its input row scaled by the expert, as any row-wise network would be. */
  private static final ExpertCompute SCALE =
      (layer, batch) -> {
        int hidden = batch.hiddenSize();
        float[] output = new float[batch.rows().length * hidden];
        int at = 0;
        for (int e = 0; e < batch.experts().length; e++) {
          for (int r = 0; r < batch.rowCounts()[e]; r++, at++) {
            for (int i = 0; i < hidden; i++) {
              output[at * hidden + i] =
                  (batch.experts()[e] + 1) * batch.hidden()[batch.rows()[at] * hidden + i];
            }
          }
        }
        return output;
      };

  @Property(tries = 200)
  void splittingOverRanksAndCombiningChangesNothing(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 5) int ranks) {
    int experts = 1 + random.nextInt(12);
    ExpertBatch batch = batch(random, experts);
    int[] owners = random.ints(batch.rows().length, 0, ranks).toArray();
    float[] whole = new float[batch.rows().length * batch.hiddenSize()];
    Arrays.fill(whole, Float.NaN);
    Dispatch[] parts = Dispatch.split(batch, owners, ranks);
    for (int rank = 0; rank < ranks; rank++) {
      if (parts[rank] != null) {
        for (int row : parts[rank].outputs()) {
          assertThat(owners[row]).isEqualTo(rank);
        }
        parts[rank].combine(SCALE.forward(0, parts[rank].batch()), whole);
      }
    }
    assertThat(whole).isEqualTo(SCALE.forward(0, batch));
  }

  private static ExpertBatch batch(Random random, int experts) {
    int hidden = 1 + random.nextInt(4);
    int rows = 1 + random.nextInt(6);
    int[] ids = IntStream.range(0, experts).filter(i -> random.nextBoolean()).toArray();
    int[] counts = Arrays.stream(ids).map(i -> 1 + random.nextInt(rows)).toArray();
    float[] values = new float[rows * hidden];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    int[] indexes = random.ints(Arrays.stream(counts).sum(), 0, rows).toArray();
    return new ExpertBatch(ids, counts, indexes, values, hidden);
  }
}
