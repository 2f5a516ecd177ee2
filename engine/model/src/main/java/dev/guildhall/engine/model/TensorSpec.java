package dev.guildhall.engine.model;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A tensor that a configuration asks for.
 *
 * @param name published name
 * @param shape dimensions, outermost first
 * @param part what it belongs to
 * @param quantizable whether it is stored as FP8 with block scales when the model is quantised
 */
public record TensorSpec(String name, long[] shape, Part part, boolean quantizable) {

  /** What a tensor belongs to. */
  public enum Part {
    /** The main model: always there. */
    MAIN,
    /** The MTP layer: all of it is there or nothing. */
    MTP,
    /** The MTP layer's copies of embedding and head: each may be missing, none is read. */
    MTP_COPY
  }

  /** Number of elements. */
  public long size() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  static String text(long[] shape) {
    return Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining("×", "[", "]"));
  }
}
