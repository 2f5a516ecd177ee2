package dev.guildhall.engine.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random operands, and the forms that can run here. */
final class Fixtures {
  private Fixtures() {}

  static List<Kernels> usableForms() {
    List<Kernels> forms = new ArrayList<>();
    for (KernelForm form : KernelForm.values()) {
      if (form.unusableBecause().isEmpty()) {
        forms.add(form.open());
      }
    }
    return forms;
  }

  static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  static Matrix matrix(Random random, Matrix.Type type, int out, int in) {
    // One byte off alignment, as in a mapped file.
    MemorySegment data = Arena.ofAuto().allocate((long) out * in * type.bytes + 1).asSlice(1);
    for (long i = 0; i < (long) out * in; i++) {
      float value = (float) random.nextGaussian();
      if (type == Matrix.Type.F32) {
        data.set(Matrix.FLOAT, 4 * i, value);
      } else {
        data.set(Matrix.SHORT, 2 * i, (short) (Float.floatToRawIntBits(value) >>> 16));
      }
    }
    return new Matrix(data, type, out, in);
  }
}
