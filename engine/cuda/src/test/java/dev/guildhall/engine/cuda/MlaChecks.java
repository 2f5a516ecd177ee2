package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.MlaDecode.Batch;
import dev.guildhall.engine.cuda.MlaDecode.Cache;
import dev.guildhall.engine.cuda.MlaDecode.Rows;
import dev.guildhall.engine.cuda.hopper.MlaPlan;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Attention over the paged latent cache against double arithmetic. Pages lie in random order; cache
 * rows that hold no key are NaN.
 */
final class MlaChecks {
  private static final int WIDTH = MlaPlan.WIDTH;
  private static final int LATENT = MlaPlan.LATENT;
  private static final float SCALE = 0.07f;
  private final long seed;
  private final Random random;
  private final DeviceMemory memory;
  private final MlaDecode decode;

  MlaChecks(DeviceMemory memory, Kernels kernels, long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.memory = memory;
    this.decode = new MlaDecode(kernels);
  }

  private final class Case {
    final int[] lengths;
    final int heads;
    final int queries;
    final int page;
    final int firstKey;
    final int rows;
    final int pitch;
    final int[] table;
    final short[] cache;
    final short[] query;

    Case(int heads, int queries, int page, int firstKey, int... lengths) {
      this.lengths = lengths;
      this.heads = heads;
      this.queries = queries;
      this.page = page;
      this.firstKey = firstKey;
      rows = heads * queries;
      int[] held = Arrays.stream(lengths).map(l -> Math.ceilDiv(l, page)).toArray();
      pitch = Arrays.stream(held).max().orElse(0) + 1;
      int pages = Arrays.stream(held).sum() + 3;
      List<Integer> order = new java.util.ArrayList<>(IntStream.range(0, pages).boxed().toList());
      Collections.shuffle(order, random);
      table = new int[lengths.length * pitch];
      Arrays.fill(table, Integer.MAX_VALUE);
      int next = 0;
      for (int s = 0; s < lengths.length; s++) {
        for (int i = 0; i < held[s]; i++) {
          table[s * pitch + i] = order.get(next++);
        }
      }
      cache = new short[pages * page * WIDTH];
      Arrays.fill(cache, (short) 0xffff);
      for (int s = 0; s < lengths.length; s++) {
        for (int t = firstKey; t < lengths[s]; t++) {
          fill(cache, key(s, t), WIDTH);
        }
      }
      query = new short[lengths.length * rows * WIDTH];
      fill(query, 0, query.length);
    }

    private void fill(short[] to, int from, int count) {
      for (int i = from; i < from + count; i++) {
        to[i] = Numbers.bf16((float) random.nextGaussian());
      }
    }

    /** Where a key's row begins. */
    private int key(int sequence, int token) {
      return (table[sequence * pitch + token / page] * page + token % page) * WIDTH;
    }

    private Buffer upload(short[] values, String what) {
      Buffer buffer = memory.allocate(2L * values.length, what);
      memory.put(buffer, Numbers.bytes(values));
      return buffer;
    }

    short[] run(int shares) {
      MlaPlan plan = new MlaPlan(lengths.length, rows, shares);
      Batch batch =
          new Batch(
              plan,
              queries,
              memory.upload(lengths, "lengths").address(),
              memory.upload(table, "pages").address(),
              pitch,
              memory.floats(plan.planInts(), "plan").address(),
              firstKey);
      int outputs = lengths.length * rows * LATENT;
      Buffer out = memory.allocate(2L * outputs, "output");
      Rows places =
          new Rows(
              upload(query, "queries").address(),
              out.address(),
              memory.floats(plan.partialFloats(), "parts"),
              memory.floats(plan.partialRows(), "logs"));
      decode.plan(batch);
      Cache paged = new Cache(upload(cache, "cache").address(), cache.length / WIDTH, page);
      decode.attend(batch, paged, places, SCALE);
      return memory.shorts(out, outputs);
    }

    void check(int shares) {
      short[] out = run(shares);
      for (int s = 0; s < lengths.length; s++) {
        for (int r = 0; r < rows; r++) {
          checkRow(s, r, out, (s * rows + r) * LATENT);
        }
      }
    }

    private void checkRow(int sequence, int row, short[] out, int at) {
      int visible = Math.max(0, lengths[sequence] - queries + 1 + row / heads);
      double[] weight = new double[visible];
      Arrays.fill(weight, 0, Math.min(firstKey, visible), Double.NEGATIVE_INFINITY);
      for (int t = firstKey; t < visible; t++) {
        for (int i = 0; i < WIDTH; i++) {
          weight[t] +=
              (double) Numbers.bf16(query[(sequence * rows + row) * WIDTH + i])
                  * Numbers.bf16(cache[key(sequence, t) + i]);
        }
        weight[t] *= SCALE;
      }
      double most = Arrays.stream(weight).max().orElse(0);
      double all = 0;
      for (int t = 0; t < visible; t++) {
        weight[t] = Math.exp(weight[t] - most);
        all += weight[t];
      }
      for (int d = 0; d < LATENT; d++) {
        double sum = 0;
        double sizes = 0;
        for (int t = firstKey; t < visible; t++) {
          double value = weight[t] * Numbers.bf16(cache[key(sequence, t) + d]) / all;
          sum += value;
          sizes += Math.abs(value);
        }
        // A step of BF16 for the result, and one for each weight.
        double allowed = Math.abs(sum) * 0.004 + sizes * 0.004 + 1e-7;
        float actual = Numbers.bf16(out[at + d]);
        if (!(Math.abs(actual - sum) <= allowed)) {
          throw new AssertionError(
              "sequence %d, query row %d, column %d: %s instead of %s (data of seed %d)"
                  .formatted(sequence, row, d, actual, sum, seed));
        }
      }
    }
  }

  /** One sequence per length. */
  void check(int shares, int heads, int queries, int page, int... lengths) {
    new Case(heads, queries, page, 0, lengths).check(shares);
  }

  void awkward() {
    check(1, 16, 1, 64, 1);
    check(1, 64, 1, 64, 64);
    check(3, 16, 1, 64, 65);
    check(4, 20, 1, 16, 129, 0, 1, 200, 63);
    check(3, 16, 2, 32, 128, 2, 66);
    check(2, 128, 1, 64, 100);
    check(5, 24, 3, 128, 700, 3);
    check(2, 16, 1, 64, 0, 0);
    check(1, 16, 2, 64, 1);
    new Case(16, 1, 16, 1, 2, 130, 64).check(3);
    new Case(16, 1, 64, 70, 71, 200, 129).check(4);
  }
}
