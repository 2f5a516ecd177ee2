package dev.guildhall.engine.cpu;

import static dev.guildhall.engine.cpu.VectorKernels.HALF;
import static dev.guildhall.engine.cpu.VectorKernels.LANES;
import static dev.guildhall.engine.cpu.VectorKernels.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Softmax, norm and activation of the Vector API form. */
final class VectorElementwise {
  private VectorElementwise() {}

  static void softmax(float[] s, int offset, int n, float scale) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + n; i++) {
      s[i] *= scale;
      max = Math.max(max, s[i]);
    }
    FloatVector low = FloatVector.zero(SPECIES);
    FloatVector high = low;
    int whole = n - n % LANES;
    for (int i = offset; i < offset + whole; i += LANES) {
      FloatVector e = exp(FloatVector.fromArray(SPECIES, s, i).sub(max));
      e.intoArray(s, i);
      low = low.add(e);
      e = exp(FloatVector.fromArray(SPECIES, s, i + HALF).sub(max));
      e.intoArray(s, i + HALF);
      high = high.add(e);
    }
    float[] lanes = new float[LANES];
    low.intoArray(lanes, 0);
    high.intoArray(lanes, HALF);
    for (int i = whole; i < n; i++) {
      s[offset + i] = Exp.exp(s[offset + i] - max);
      lanes[i - whole] += s[offset + i];
    }
    float inverse = 1f / JavaKernels.sum(lanes);
    for (int i = offset; i < offset + n; i++) {
      s[i] *= inverse;
    }
  }

  static void rmsNorm(float[] x, int from, float[] weight, float eps, float[] y, int to) {
    FloatVector low = FloatVector.zero(SPECIES);
    FloatVector high = low;
    int whole = weight.length - weight.length % LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, from + i);
      low = v.fma(v, low);
      v = FloatVector.fromArray(SPECIES, x, from + i + HALF);
      high = v.fma(v, high);
    }
    float[] lanes = new float[LANES];
    low.intoArray(lanes, 0);
    high.intoArray(lanes, HALF);
    for (int i = whole; i < weight.length; i++) {
      lanes[i - whole] = Math.fma(x[from + i], x[from + i], lanes[i - whole]);
    }
    float factor = JavaKernels.rmsFactor(JavaKernels.sum(lanes), weight.length, eps);
    for (int i = 0; i < weight.length; i++) {
      y[to + i] = x[from + i] * factor * weight[i];
    }
  }

  static void swiGlu(float[] gate, float[] up, int from, int to) {
    int i = from;
    for (; i + HALF <= to; i += HALF) {
      FloatVector g = FloatVector.fromArray(SPECIES, gate, i);
      FloatVector silu = g.div(exp(g.neg()).add(1f));
      silu.mul(FloatVector.fromArray(SPECIES, up, i)).intoArray(gate, i);
    }
    for (; i < to; i++) {
      gate[i] = Exp.silu(gate[i]) * up[i];
    }
  }

  /** The steps of {@link Exp#exp}. */
  private static FloatVector exp(FloatVector value) {
    FloatVector x = value.min(Exp.MAX).max(Exp.MIN);
    FloatVector z = x.fma(splat(Exp.LOG2E), splat(Exp.ROUND));
    FloatVector n = z.sub(Exp.ROUND);
    FloatVector r = n.fma(splat(-Exp.LN2_HIGH), x);
    r = n.fma(splat(-Exp.LN2_LOW), r);
    FloatVector p = splat(Exp.C5).fma(r, splat(Exp.C4));
    p = p.fma(r, splat(Exp.C3));
    p = p.fma(r, splat(Exp.C2));
    p = p.fma(r, splat(Exp.C1));
    p = p.fma(r, splat(Exp.C0));
    p = p.fma(r.mul(r), r).add(1f);
    return z.reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, 23)
        .add(0x3f800000)
        .reinterpretAsFloats()
        .mul(p);
  }

  private static FloatVector splat(float f) {
    return FloatVector.broadcast(SPECIES, f);
  }
}
