package dev.guildhall.engine.model;

/**
 * FP8 block quantisation of the linear layers ({@code quantization_config}).
 *
 * @param blockRows rows of a weight (outputs) that share a scale
 * @param blockColumns columns of a weight (inputs) that share a scale
 * @param powerOfTwoScales whether activation scales are meant to be powers of two ({@code scale_fmt
 *     ue8m0}); weights are read the same way
 */
public record Quantization(int blockRows, int blockColumns, boolean powerOfTwoScales) {

  /** Blocks of 128 × 128, as published. */
  public static final Quantization DEFAULT = new Quantization(128, 128, false);

  /** Shape of the scales of a rows × columns weight; blocks on the edge may be smaller. */
  public long[] scaleShape(long rows, long columns) {
    return new long[] {Math.ceilDiv(rows, blockRows), Math.ceilDiv(columns, blockColumns)};
  }
}
