package dev.guildhall.engine.cpu;

import dev.guildhall.engine.model.DType;
import dev.guildhall.engine.model.Tensor;
import dev.guildhall.engine.model.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Turns tensors into matrices. F32 and BF16 stay where they are mapped; everything else (FP8 with
 * block scales, F16) is widened to F32 once, exactly.
 */
final class MatrixLoader {
  private final Weights weights;
  private final Arena arena;

  MatrixLoader(Weights weights, Arena arena) {
    this.weights = weights;
    this.arena = arena;
  }

  Matrix matrix(String name) {
    Tensor tensor = weights.tensor(name);
    int out = tensor.dim(0);
    int in = tensor.dim(1);
    if (tensor.dtype() == DType.F32) {
      return new Matrix(tensor.data(), Matrix.Type.F32, out, in);
    }
    if (tensor.dtype() == DType.BF16) {
      return new Matrix(tensor.data(), Matrix.Type.BF16, out, in);
    }
    MemorySegment wide = arena.allocate((long) out * in * Float.BYTES, 64);
    float[] row = new float[in];
    for (int o = 0; o < out; o++) {
      weights.rows(name, o, 1, row, 0);
      MemorySegment.copy(row, 0, wide, Matrix.FLOAT, (long) o * in * Float.BYTES, in);
    }
    return new Matrix(wide, Matrix.Type.F32, out, in);
  }

  /** A copy of a matrix, transposed, in its type. */
  Matrix transposed(Matrix m) {
    int bytes = m.type().bytes;
    MemorySegment copy = arena.allocate(m.data().byteSize(), 64);
    for (int o = 0; o < m.out(); o++) {
      for (int i = 0; i < m.in(); i++) {
        long from = ((long) o * m.in() + i) * bytes;
        long to = ((long) i * m.out() + o) * bytes;
        MemorySegment.copy(m.data(), from, copy, to, bytes);
      }
    }
    return new Matrix(copy, m.type(), m.in(), m.out());
  }

  /** The three matrices of a feed-forward network. */
  FeedForward ffn(String prefix) {
    return new FeedForward(
        matrix(prefix + "gate_proj.weight"),
        matrix(prefix + "up_proj.weight"),
        matrix(prefix + "down_proj.weight"));
  }

  float[] vector(String name) {
    return weights.floats(name);
  }
}
