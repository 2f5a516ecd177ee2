package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.GroupedProduct.Groups;
import dev.guildhall.engine.cuda.GroupedProduct.Operand;
import dev.guildhall.engine.cuda.GroupedProduct.Output;
import dev.guildhall.engine.cuda.GroupedProduct.Product;
import dev.guildhall.engine.cuda.hopper.GemmTile;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/**
 * The grouped matrix product against double sums over the same rounded operands, on fresh random
 * data. Rows of tokens that belong to no group are NaN, as is the output before; what no group owns
 * must stay so.
 */
final class GemmChecks {
  private static final short POISON = (short) 0xffff;
  private final long seed;
  private final Random random;
  private final DeviceMemory memory;

  GemmChecks(DeviceMemory memory, long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.memory = memory;
  }

  /** A kernel that multiplies, with one of its tiles. */
  record Form(String tile, boolean fp8, Consumer<Product> launch) {
    /** Hopper's. */
    static Form of(GroupedGemm gemm, GemmTile tile) {
      return new Form(tile.kernel(), tile.fp8(), product -> gemm.launch(tile, product));
    }

    /** That of devices before it. */
    static Form of(MmaGemm gemm, MmaTile tile) {
      return new Form(tile.kernel(), tile.fp8(), product -> gemm.launch(tile, product));
    }
  }

  /** How groups lie among the rows of tokens. */
  enum Layout {
    /** One after the other, at starts. */
    CONTIGUOUS,
    /** Each with room for more rows than it has. */
    MASKED,
    /** All of the same size, known to the host. */
    DENSE,
    /** All in the same rows, side by side, as attention's heads are. */
    HEADS
  }

  private final class Case {
    final Form form;
    final int[] counts;
    final int n;
    final int k;
    final Layout layout;
    final int room;
    final int[] starts;
    final int rows;
    final int tokenPitch;
    final int outPitch;
    final float[] tokens;
    final float[] weights;
    final float[] tokenScales;
    final float[] weightScales;
    final boolean[] used;

    Case(Form form, int[] counts, int n, int k, Layout layout) {
      this.form = form;
      this.counts = counts;
      this.n = n;
      this.k = k;
      this.layout = layout;
      int groups = counts.length;
      int most = Arrays.stream(counts).max().orElse(0);
      room = layout == Layout.MASKED ? most + 3 : most;
      starts = new int[groups];
      int total = 0;
      for (int g = 0; g < groups; g++) {
        starts[g] =
            switch (layout) {
              case CONTIGUOUS -> total;
              case HEADS -> 0;
              case MASKED, DENSE -> g * room;
            };
        total += counts[g];
      }
      rows =
          Math.max(
              1,
              switch (layout) {
                case CONTIGUOUS -> total + 5;
                case HEADS -> most;
                case MASKED, DENSE -> groups * room;
              });
      boolean heads = layout == Layout.HEADS;
      tokenPitch = heads ? groups * k : k;
      outPitch = heads ? groups * n : n;
      used = new boolean[rows];
      for (int g = 0; g < groups; g++) {
        Arrays.fill(used, starts[g], starts[g] + counts[g], true);
      }
      tokens = new float[rows * tokenPitch];
      weights = new float[groups * n * k];
      tokenScales = scales(Math.ceilDiv(k, 128) * (int) GroupedProduct.scalePitch(rows));
      weightScales = scales(groups * Math.ceilDiv(n, 128) * Math.ceilDiv(k, 128));
    }

    private float[] scales(int count) {
      float[] scales = new float[count];
      for (int i = 0; i < count; i++) {
        scales[i] = 0.5f + Math.abs((float) random.nextGaussian());
      }
      return scales;
    }

    /** Random values that the format can hold go to {@code values}, their bytes to the device. */
    Operand operand(float[] values, int columns, int pitch, boolean tokenRows, float[] scales) {
      byte[] bytes;
      if (form.fp8()) {
        bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
          boolean dead = tokenRows && !used[i / pitch];
          // Up to 2.5: larger ones would hide an error in a sum's small terms.
          bytes[i] = dead ? 0x7f : (byte) (random.nextInt(0x42) | (random.nextInt(2) << 7));
          values[i] = Numbers.e4m3(bytes[i]);
        }
      } else {
        short[] shorts = new short[values.length];
        for (int i = 0; i < values.length; i++) {
          boolean dead = tokenRows && !used[i / pitch];
          shorts[i] = dead ? POISON : Numbers.bf16((float) random.nextGaussian());
          values[i] = Numbers.bf16(shorts[i]);
        }
        bytes = Numbers.bytes(shorts);
      }
      Buffer buffer = memory.allocate(bytes.length, "operand");
      memory.put(buffer, bytes);
      Long at = form.fp8() ? memory.upload(scales, "scales").address() : null;
      return new Operand(buffer.address(), values.length / columns, columns, at);
    }

    short[] run() {
      Operand x = operand(tokens, tokenPitch, tokenPitch, true, tokenScales);
      Operand w = operand(weights, k, k, false, weightScales);
      boolean counted = layout == Layout.CONTIGUOUS || layout == Layout.MASKED;
      boolean started = layout == Layout.CONTIGUOUS || layout == Layout.HEADS;
      Groups groups =
          new Groups(
              counts.length,
              started ? memory.upload(starts, "starts").address() : 0,
              counted ? memory.upload(counts, "counts").address() : 0,
              room);
      short[] out = new short[rows * outPitch];
      Arrays.fill(out, POISON);
      Buffer buffer = memory.allocate(2L * out.length, "output");
      memory.put(buffer, Numbers.bytes(out));
      boolean heads = layout == Layout.HEADS;
      Output to = new Output(buffer.address(), n, outPitch, heads ? n : 0);
      form.launch().accept(new Product(x, w, groups, to, k, heads ? k : 0));
      return memory.shorts(buffer, out.length);
    }

    private double scale(int row, int group, int column, int depth) {
      if (!form.fp8()) {
        return 1;
      }
      int blocks = Math.ceilDiv(k, 128);
      int ofWeights = (group * Math.ceilDiv(n, 128) + column / 128) * blocks + depth / 128;
      return (double) tokenScales[depth / 128 * (int) GroupedProduct.scalePitch(rows) + row]
          * weightScales[ofWeights];
    }

    void check() {
      short[] out = run();
      boolean[] owned = new boolean[out.length];
      for (int g = 0; g < counts.length; g++) {
        for (int r = starts[g]; r < starts[g] + counts[g]; r++) {
          for (int c = 0; c < n; c++) {
            int at = r * outPitch + (layout == Layout.HEADS ? g * n : 0) + c;
            owned[at] = true;
            checkOne(g, r, c, Numbers.bf16(out[at]));
          }
        }
      }
      for (int i = 0; i < out.length; i++) {
        if (!owned[i]) {
          assertThat(out[i]).as("output %d, which no group owns", i).isEqualTo(POISON);
        }
      }
    }

    private void checkOne(int group, int row, int column, float actual) {
      int from = row * tokenPitch + (layout == Layout.HEADS ? group * k : 0);
      double sum = 0;
      double sizes = 0;
      for (int i = 0; i < k; i++) {
        double product = (double) tokens[from + i] * weights[(group * n + column) * k + i];
        product *= scale(row, group, column, i);
        sum += product;
        sizes += Math.abs(product);
      }
      // Half a step of BF16 for the result, and what float32 sums lose.
      double allowed = Math.abs(sum) * 0.004 + sizes * 2e-6;
      if (!(Math.abs(actual - sum) <= allowed)) {
        throw new AssertionError(
            "%s, group %d, row %d, column %d: %s instead of %s (data of seed %d)"
                .formatted(form.tile(), group, row, column, actual, sum, seed));
      }
    }
  }

  void check(Form form, Layout layout, int n, int k, int... counts) {
    new Case(form, counts, n, k, layout).check();
  }

  /** The shapes at which a tile's edges lie: {@code k} may end within the first copy of a stage. */
  void awkward(Form form) {
    int piece = form.fp8() ? 16 : 8;
    check(form, Layout.CONTIGUOUS, 200, 256 + piece, 1, 0, 17, 129);
    check(form, Layout.MASKED, 128, 128, 0, 0, 0);
    check(form, Layout.MASKED, 136, 640, 0, 150, 0, 0);
    check(form, Layout.DENSE, 67, piece, 33);
    check(form, Layout.CONTIGUOUS, 264, 768, 300, 5);
    if (!form.fp8()) {
      check(form, Layout.HEADS, 136, 128, 19, 19, 19);
    }
  }
}
