package dev.guildhall.engine.model;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor in a mapped file, row-major. It may be read until its file is closed; by many threads.
 *
 * @param name name in the file
 * @param dtype type of the elements as stored
 * @param shape dimensions, outermost first; empty for a scalar
 * @param data the stored bytes, read-only, not necessarily aligned
 */
public record Tensor(String name, DType dtype, long[] shape, MemorySegment data) {

  /** Number of elements. */
  public long size() {
    return data.byteSize() / dtype.bytes();
  }

  /** Length of dimension {@code axis} as an int. */
  public int dim(int axis) {
    return Math.toIntExact(shape[axis]);
  }

  /** Whether the shape is the given one. */
  public boolean hasShape(long... expected) {
    return Arrays.equals(shape, expected);
  }

  /**
   * All elements as floats, without any block scale ({@link Weights#floats} applies it).
   *
   * @throws IllegalArgumentException if there are more than fit an array
   */
  public float[] floats() {
    float[] out = new float[count()];
    floats(0, out, 0, out.length);
    return out;
  }

  /** Copies {@code count} elements from element {@code from} on, without any block scale. */
  public void floats(long from, float[] out, int at, int count) {
    dtype.toFloats(data, from, out, at, count);
  }

  /** All elements as doubles. */
  public double[] doubles() {
    double[] out = new double[count()];
    Arrays.setAll(out, i -> dtype.toDouble(data, i));
    return out;
  }

  /**
   * All elements of an integer tensor.
   *
   * @throws ArithmeticException if one does not fit an int
   */
  public int[] ints() {
    int[] out = new int[count()];
    Arrays.setAll(out, i -> Math.toIntExact(dtype.toLong(data, i)));
    return out;
  }

  private int count() {
    if (size() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(name + " has " + size() + " elements: read it by rows");
    }
    return (int) size();
  }
}
