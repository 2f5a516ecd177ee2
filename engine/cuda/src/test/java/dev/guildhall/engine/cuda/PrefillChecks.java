package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.hopper.MlaPlan;
import java.util.Arrays;
import java.util.Random;

/**
 * Expanded attention of a chunk against double arithmetic. Queries of other rows, heads of others,
 * latents and the output before are NaN; what lies beyond the chunk's rows must stay so.
 */
final class PrefillChecks {
  private static final int HEAD = MlaPrefill.NOPE + 64;
  private static final int VALUE = MlaPrefill.VALUE;
  private static final float SCALE = 0.07f;
  private static final short POISON = (short) 0xffff;

  private final long seed;
  private final Random random;
  private final DeviceMemory memory;
  private final MlaPrefill prefill;

  PrefillChecks(DeviceMemory memory, Kernels kernels, long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.memory = memory;
    this.prefill = new MlaPrefill(kernels);
  }

  private short[] values(int rows, int pitch, int from, int count) {
    short[] values = new short[rows * pitch];
    Arrays.fill(values, POISON);
    for (int row = 0; row < rows; row++) {
      for (int i = from; i < from + count; i++) {
        values[row * pitch + i] = Numbers.bf16((float) random.nextGaussian());
      }
    }
    return values;
  }

  private Buffer upload(short[] values) {
    Buffer buffer = memory.allocate(2L * values.length, "operand");
    memory.put(buffer, Numbers.bytes(values));
    return buffer;
  }

  /**
   * One chunk.
   *
   * @param heads of the model, of which {@code some} are attended, from {@code firstHead} on
   */
  void check(int rows, int start, int firstKey, int heads, int firstHead, int some) {
    int count = start + rows;
    int pitch = heads * HEAD + 8;
    short[] query = values(rows, pitch, firstHead * HEAD, some * HEAD);
    short[] own = values(count, some * MlaPrefill.NOPE, 0, some * MlaPrefill.NOPE);
    short[] latents = values(count, MlaPlan.WIDTH, MlaPlan.LATENT, 64);
    short[] values = values(count, some * VALUE, 0, some * VALUE);
    short[] out = new short[(rows + 3) * heads * VALUE];
    Arrays.fill(out, POISON);
    Buffer to = upload(out);
    prefill.attend(
        new MlaPrefill.Queries(upload(query).address(), pitch, rows, start),
        new MlaPrefill.Keys(
            upload(own).address(),
            upload(latents).address(),
            upload(values).address(),
            count,
            firstHead,
            some,
            firstKey),
        to.address(),
        heads * VALUE,
        SCALE);
    short[] actual = memory.shorts(to, out.length);
    for (int row = 0; row < rows + 3; row++) {
      for (int head = 0; head < heads; head++) {
        int at = (row * heads + head) * VALUE;
        if (row < rows && head >= firstHead && head < firstHead + some) {
          int local = head - firstHead;
          double[] weights = new double[start + row + 1];
          for (int key = 0; key < weights.length; key++) {
            weights[key] =
                key < firstKey
                    ? Double.NEGATIVE_INFINITY
                    : score(query, row * pitch + head * HEAD, own, latents, key, local, some);
          }
          compare(weights, values, local, some, actual, at, "row %d, head %d".formatted(row, head));
        } else {
          for (int i = 0; i < VALUE; i++) {
            if (actual[at + i] != POISON) {
              throw new AssertionError("row %d, head %d was written".formatted(row, head));
            }
          }
        }
      }
    }
  }

  private static double score(
      short[] query, int at, short[] own, short[] latents, int key, int head, int heads) {
    double sum = 0;
    for (int i = 0; i < HEAD; i++) {
      short k =
          i < MlaPrefill.NOPE
              ? own[(key * heads + head) * MlaPrefill.NOPE + i]
              : latents[key * MlaPlan.WIDTH + MlaPlan.LATENT + i - MlaPrefill.NOPE];
      sum += (double) Numbers.bf16(query[at + i]) * Numbers.bf16(k);
    }
    return sum * SCALE;
  }

  private void compare(
      double[] scores, short[] values, int head, int heads, short[] actual, int at, String where) {
    double most = Arrays.stream(scores).max().orElseThrow();
    double[] weights =
        Arrays.stream(scores)
            .map(s -> most == Double.NEGATIVE_INFINITY ? 0 : Math.exp(s - most))
            .toArray();
    double all = Arrays.stream(weights).sum();
    for (int i = 0; i < VALUE; i++) {
      double sum = 0;
      double sizes = 0;
      for (int key = 0; key < weights.length; key++) {
        double value =
            all == 0
                ? 0
                : weights[key] * Numbers.bf16(values[(key * heads + head) * VALUE + i]) / all;
        sum += value;
        sizes += Math.abs(value);
      }
      double allowed = Math.abs(sum) * 0.004 + sizes * 0.004 + 1e-7;
      float got = Numbers.bf16(actual[at + i]);
      if (!(Math.abs(got - sum) <= allowed)) {
        throw new AssertionError(
            "%s, column %d: %s instead of %s (data of seed %d)"
                .formatted(where, i, got, sum, seed));
      }
    }
  }

  void awkward() {
    check(1, 0, 0, 1, 0, 1);
    check(130, 0, 0, 2, 0, 2);
    check(59, 70, 0, 3, 1, 1);
    check(129, 63, 1, 2, 1, 1);
    check(64, 0, 3, 1, 0, 1);
  }
}
