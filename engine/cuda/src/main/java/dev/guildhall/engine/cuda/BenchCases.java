package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.cuda.Driver.check;

import dev.guildhall.engine.cuda.CudaBenchmark.Ceiling;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.GroupedProduct.Groups;
import dev.guildhall.engine.cuda.GroupedProduct.Operand;
import dev.guildhall.engine.cuda.GroupedProduct.Output;
import dev.guildhall.engine.cuda.GroupedProduct.Product;
import dev.guildhall.engine.cuda.hopper.MlaPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jcuda.driver.JCudaDriver;

/** The kernels that are measured, each with its data on the device. */
final class BenchCases {
  private static final int PATTERN_BYTES = 1 << 20;

  /** Rows of an expert in a decode step of 256 tokens over 256 experts with eight chosen. */
  private static final int DECODE_ROWS = 8;

  private final Device device;
  private final DeviceMemory memory;
  private final Kernels kernels;
  private final BenchShapes shapes;
  private final Buffer bf16;
  private final Buffer e4m3;

  /**
   * A kernel at a shape.
   *
   * @param work what one launch moves or computes: bytes or operations
   */
  record Case(String what, String shape, double work, Ceiling ceiling, Runnable launch) {}

  BenchCases(Device device, DeviceMemory memory, Kernels kernels, BenchShapes shapes) {
    this.device = device;
    this.memory = memory;
    this.kernels = kernels;
    this.shapes = shapes;
    byte[] halves = new byte[PATTERN_BYTES];
    byte[] quarters = new byte[PATTERN_BYTES];
    Random random = new Random(1);
    for (int i = 0; i < PATTERN_BYTES / 2; i++) {
      int bits = Float.floatToRawIntBits((float) random.nextGaussian());
      halves[2 * i] = (byte) (bits >> 16);
      halves[2 * i + 1] = (byte) (bits >> 24);
    }
    for (int i = 0; i < PATTERN_BYTES; i++) {
      // Up to 3.75 in magnitude.
      quarters[i] = (byte) (random.nextInt(0x48) | random.nextInt(2) << 7);
    }
    bf16 = pattern(halves);
    e4m3 = pattern(quarters);
  }

  private Buffer pattern(byte[] bytes) {
    Buffer buffer = memory.allocate(bytes.length, "random values");
    memory.put(buffer, bytes);
    return buffer;
  }

  /** The copy first: it is the ceiling of others. */
  List<Case> all() {
    return List.of(
        copy(),
        product(false, "grouped GEMM BF16, prefill", shapes.rows()),
        product(true, "grouped GEMM FP8, prefill", shapes.rows()),
        product(false, "masked GEMM BF16, decode", Math.min(DECODE_ROWS, shapes.rows())),
        product(true, "masked GEMM FP8, decode", Math.min(DECODE_ROWS, shapes.rows())),
        attention(),
        promptAttention());
  }

  private Case copy() {
    long bytes = shapes.copyBytes();
    Buffer from = filled(bytes, bf16);
    Buffer to = memory.allocate(bytes, "copy");
    return new Case(
        "device copy, read and written",
        bytes / (1 << 20) + " MiB",
        2.0 * bytes,
        Ceiling.COPY,
        () -> copy(to, 0, from, bytes));
  }

  private Case product(boolean fp8, String what, int rows) {
    int groups = shapes.groups();
    int n = shapes.outs();
    int k = shapes.depth();
    int size = fp8 ? 1 : 2;
    Buffer pattern = fp8 ? e4m3 : bf16;
    long all = (long) groups * rows;
    long scales = GroupedProduct.scalePitch(all) * Math.ceilDiv(k, 128);
    Operand tokens =
        new Operand(filled(all * k * size, pattern).address(), all, k, fp8 ? ones(scales) : null);
    long weightScales = (long) groups * Math.ceilDiv(n, 128) * Math.ceilDiv(k, 128);
    Operand weights =
        new Operand(
            filled((long) groups * n * k * size, pattern).address(),
            (long) groups * n,
            k,
            fp8 ? ones(weightScales) : null);
    int[] counts = new int[groups];
    Arrays.fill(counts, rows);
    Groups of = new Groups(groups, 0, memory.upload(counts, "counts").address(), rows);
    Output out = new Output(memory.allocate(all * n * 2, "output").address(), n, n, 0);
    GroupedGemm gemm = GroupedGemm.of(kernels, device.multiprocessors());
    Product product = new Product(tokens, weights, of, out, k, 0);
    boolean decode = rows <= DECODE_ROWS;
    double operations = 2.0 * all * n * k;
    double bytes = (double) groups * n * k * size;
    Ceiling dense = fp8 ? Ceiling.FP8 : Ceiling.BF16;
    return new Case(
        what,
        "%d × %d × %d × %d".formatted(groups, rows, n, k),
        decode ? bytes : operations,
        decode ? Ceiling.COPY : dense,
        () -> gemm.multiply(product, rows));
  }

  private Case attention() {
    int sequences = shapes.sequences();
    int keys = shapes.keys();
    int page = MlaPlan.KEYS;
    int pages = Math.ceilDiv(keys, page);
    MlaPlan plan = MlaPlan.of(device.multiprocessors(), sequences, shapes.heads(), 1);
    int[] lengths = new int[sequences];
    Arrays.fill(lengths, keys);
    int[] table = new int[sequences * pages];
    Arrays.setAll(table, i -> i);
    int rows = table.length * page;
    MlaDecode.Batch batch =
        new MlaDecode.Batch(
            plan,
            1,
            memory.upload(lengths, "lengths").address(),
            memory.upload(table, "pages").address(),
            pages,
            memory.floats(plan.planInts(), "plan").address(),
            0);
    long queries = (long) sequences * shapes.heads();
    MlaDecode.Rows places =
        new MlaDecode.Rows(
            filled(queries * MlaPlan.WIDTH * 2, bf16).address(),
            memory.allocate(queries * MlaPlan.LATENT * 2, "output").address(),
            memory.floats(plan.partialFloats(), "parts"),
            memory.floats(plan.partialRows(), "logs"));
    var cache =
        new MlaDecode.Cache(filled((long) rows * MlaPlan.WIDTH * 2, bf16).address(), rows, page);
    MlaDecode decode = new MlaDecode(kernels);
    decode.plan(batch);
    return new Case(
        "MLA decode, cache read once",
        "%d × %d keys, %d heads".formatted(sequences, keys, shapes.heads()),
        (double) sequences * keys * MlaPlan.WIDTH * 2,
        Ceiling.COPY,
        () -> decode.attend(batch, cache, places, 0.05f));
  }

  /** A prompt of as many rows as keys, its keys and values already expanded. */
  private Case promptAttention() {
    int rows = shapes.keys();
    int heads = shapes.heads();
    long pitch = (long) heads * MlaPlan.WIDTH;
    long width = (long) heads * MlaPrefill.VALUE;
    var queries = new MlaPrefill.Queries(filled(rows * pitch * 2, bf16).address(), pitch, rows, 0);
    var keys =
        new MlaPrefill.Keys(
            filled(rows * width * 2, bf16).address(),
            filled((long) rows * MlaPlan.WIDTH * 2, bf16).address(),
            filled(rows * width * 2, bf16).address(),
            rows,
            0,
            heads,
            0);
    long out = memory.allocate(rows * width * 2, "output").address();
    MlaPrefill prefill = new MlaPrefill(kernels);
    double pairs = (double) rows * (rows + 1) / 2 * heads;
    return new Case(
        "MLA prefill, keys and values expanded",
        "%d rows, %d heads".formatted(rows, heads),
        2 * pairs * (MlaPrefill.NOPE + 64 + MlaPrefill.VALUE),
        Ceiling.BF16,
        () -> prefill.attend(queries, keys, out, heads * MlaPrefill.VALUE, 0.05f));
  }

  private long ones(long count) {
    Buffer buffer = memory.floats(count, "scales");
    check(
        JCudaDriver.cuMemsetD32Async(
            buffer.pointer(), Float.floatToRawIntBits(1f), count, device.stream()),
        "cuMemsetD32Async of %,d values".formatted(count));
    return buffer.address();
  }

  private Buffer filled(long bytes, Buffer pattern) {
    Buffer buffer = memory.allocate(bytes, "random values");
    for (long at = 0; at < bytes; at += PATTERN_BYTES) {
      copy(buffer, at, pattern, Math.min(PATTERN_BYTES, bytes - at));
    }
    return buffer;
  }

  private void copy(Buffer to, long at, Buffer from, long bytes) {
    check(
        JCudaDriver.cuMemcpyDtoDAsync(
            to.pointer().withByteOffset(at), from.pointer(), bytes, device.stream()),
        "cuMemcpyDtoDAsync of %,d bytes".formatted(bytes));
  }
}
