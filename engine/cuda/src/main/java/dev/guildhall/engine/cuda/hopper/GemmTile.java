package dev.guildhall.engine.cuda.hopper;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The tile shapes compiled in {@code grouped_gemm.cu}; names, sizes and shared memory are the same
 * there. A tile is {@link #tokens} × {@link #weights} of the output.
 */
public enum GemmTile {
  BF16_256X192(2, 256, 192, 4, false),
  BF16_128X256(2, 128, 256, 4, false),
  BF16_128X128(2, 128, 128, 6, false),
  BF16_64X128(2, 64, 128, 8, true),
  BF16_16X128(2, 16, 128, 10, true),
  E4M3_256X128(1, 256, 128, 4, false),
  E4M3_128X128(1, 128, 128, 6, false),
  E4M3_64X128(1, 64, 128, 8, true),
  E4M3_16X128(1, 16, 128, 10, true);

  /** Threads of a block: a producer and two consumer warpgroups. */
  public static final int THREADS = 384;

  /** Bytes of K in a stage, the width of the swizzle. */
  public static final int STAGE_ROW_BYTES = 128;

  private final int elementBytes;
  private final int tokens;
  private final int weights;
  private final int stages;
  private final boolean swapped;

  GemmTile(int elementBytes, int tokens, int weights, int stages, boolean swapped) {
    this.elementBytes = elementBytes;
    this.tokens = tokens;
    this.weights = weights;
    this.stages = stages;
    this.swapped = swapped;
  }

  /** The kernel's name in the module. */
  public String kernel() {
    return "grouped_gemm_" + name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Rows of tokens in a tile, and in the box of the tokens' descriptor. */
  public int tokens() {
    return tokens;
  }

  /** Rows of weights in a tile, and in the box of the weights' descriptor. */
  public int weights() {
    return weights;
  }

  /** Whether the weights take the tensor core's left side, for few tokens per group. */
  public boolean swapped() {
    return swapped;
  }

  /** Whether the operands are e4m3 with block scales; otherwise BF16. */
  public boolean fp8() {
    return elementBytes == 1;
  }

  /** Elements of K in a stage, and in the box of both descriptors. */
  public int depth() {
    return STAGE_ROW_BYTES / elementBytes;
  }

  /** Dynamic shared memory of a block, in bytes. */
  public int sharedBytes() {
    int scales = fp8() ? (tokens * Float.BYTES + 127) / 128 * 128 : 0;
    return stages * ((tokens + weights) * STAGE_ROW_BYTES + scales) + 2 * stages * Long.BYTES;
  }

  /**
   * The tile with the least predicted time; where memory bounds several alike, the one that leaves
   * the SMs the most slack.
   *
   * @param fp8 whether the operands are e4m3
   * @param groups how many groups hold rows, at least 1
   * @param rows expected rows of such a group, at least 1; any number is computed rightly, only
   *     slower if far off
   */
  public static GemmTile choose(Device device, boolean fp8, int groups, int rows, int n, int k) {
    return Arrays.stream(values())
        .filter(tile -> tile.fp8() == fp8)
        .min(
            Comparator.comparingDouble((GemmTile tile) -> tile.seconds(device, groups, rows, n, k))
                .thenComparingDouble(tile -> tile.cycles(device, groups, rows, n, k)))
        .orElseThrow();
  }

  /** Predicted time in seconds: never less than the weights take to read from memory. */
  double seconds(Device device, int groups, int rows, int n, int k) {
    double memory = (double) groups * n * k * elementBytes / device.memoryBytesPerSecond();
    return Math.max(cycles(device, groups, rows, n, k) / device.hertz(), memory);
  }

  /** Waves of tiles, each bound by the tensor cores or by what L2 delivers to its SM. */
  private double cycles(Device device, int groups, int rows, int n, int k) {
    long tiles = (long) groups * Math.ceilDiv(rows, tokens) * Math.ceilDiv(n, weights);
    int depths = Math.ceilDiv(k, depth());
    double multiply = 2.0 * tokens * weights * depth() / device.flopPerCycle(fp8());
    double deliver = (tokens + weights) * STAGE_ROW_BYTES / device.bytesPerCycle();
    long waves = Math.ceilDiv(tiles, device.multiprocessors());
    return waves * depths * Math.max(multiply, deliver);
  }
}
