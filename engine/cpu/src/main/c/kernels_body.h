/* The kernels, once for each register width: included by kernels.c with V (sixteen floats) and its
 * operations defined. The order of every sum is fixed by Kernels.java; no expression here may be
 * contracted or reassociated by the compiler (-ffp-contract=off, no -ffast-math). */

INLINE float FN(lanes_sum)(float *t) {
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) t[i] += t[i + half];
  return t[0];
}

INLINE V FN(weights)(const char *w, int k, const int bf16) {
  return bf16 ? FN(load_bf16)(w + 2l * k) : FN(load)((const float *)(const void *)(w + 4l * k));
}

INLINE float FN(weight)(const char *w, int k, const int bf16) {
  float f;
  if (bf16) {
    uint16_t half;
    memcpy(&half, w + 2l * k, 2);
    uint32_t bits = (uint32_t)half << 16;
    memcpy(&f, &bits, 4);
  } else {
    memcpy(&f, w + 4l * k, 4);
  }
  return f;
}

/* Adds the last, incomplete group of sixteen terms, then sums up. */
static __attribute__((noinline)) float FN(finish)(float *t, const float *x, const char *w, int bf16, int k, int in) {
  for (int i = k; i < in; i++) t[i - k] = __builtin_fmaf(x[i], FN(weight)(w, i, bf16), t[i - k]);
  return FN(lanes_sum)(t);
}

/* R rows times O outputs, with R * O partial sums in registers. */
INLINE void FN(block)(const float *x, long x_stride, const char *w, long w_stride, const int bf16, int in,
                      float *y, long y_stride, const int R, const int O) {
  V acc[ROWS][LONE_OUTS];
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
#pragma GCC unroll 16
    for (int o = 0; o < O; o++) acc[r][o] = FN(zero)();
  int k = 0;
  for (; k + 16 <= in; k += 16) {
    V wk[LONE_OUTS];
#pragma GCC unroll 16
    for (int o = 0; o < O; o++) wk[o] = FN(weights)(w + o * w_stride, k, bf16);
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) {
      V xk = FN(load)(x + r * x_stride + k);
#pragma GCC unroll 16
      for (int o = 0; o < O; o++) acc[r][o] = FN(fma)(xk, wk[o], acc[r][o]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
#pragma GCC unroll 16
    for (int o = 0; o < O; o++) {
      if (k == in) {
        y[r * y_stride + o] = FN(sum)(acc[r][o]);
      } else {
        float t[16];
        FN(store)(t, acc[r][o]);
        y[r * y_stride + o] = FN(finish)(t, x + r * x_stride, w + o * w_stride, bf16, k, in);
      }
    }
}

INLINE void FN(tile)(const float *x, long x_stride, int rows, const char *w, long w_stride, const int bf16, int in,
                     float *y, long y_stride, int outs) {
  int r = 0;
  for (; r + ROWS <= rows; r += ROWS) {
    const float *xr = x + r * x_stride;
    float *yr = y + r * y_stride;
    int o = 0;
    for (; o + OUTS <= outs; o += OUTS)
      FN(block)(xr, x_stride, w + o * w_stride, w_stride, bf16, in, yr + o, y_stride, ROWS, OUTS);
    for (; o < outs; o++) FN(block)(xr, x_stride, w + o * w_stride, w_stride, bf16, in, yr + o, y_stride, ROWS, 1);
  }
  for (; r < rows; r++) {
    const float *xr = x + r * x_stride;
    float *yr = y + r * y_stride;
    int o = 0;
    for (; o + LONE_OUTS <= outs; o += LONE_OUTS)
      FN(block)(xr, x_stride, w + o * w_stride, w_stride, bf16, in, yr + o, y_stride, 1, LONE_OUTS);
    for (; o < outs; o++) FN(block)(xr, x_stride, w + o * w_stride, w_stride, bf16, in, yr + o, y_stride, 1, 1);
  }
}

EXPORT void FN(gh_matmul)(const float *x, int x_offset, int x_stride, int rows, const char *w, int bf16, int in,
                          int from, int to, float *y, int y_offset, int y_stride) {
  long w_stride = (long)in * (bf16 ? 2 : 4);
  x += x_offset;
  y += y_offset;
  for (int o = from; o < to; o += TILE) {
    int outs = to - o < TILE ? to - o : TILE;
    if (bf16)
      FN(tile)(x, x_stride, rows, w + o * w_stride, w_stride, 1, in, y + o, y_stride, outs);
    else
      FN(tile)(x, x_stride, rows, w + o * w_stride, w_stride, 0, in, y + o, y_stride, outs);
  }
}

INLINE void FN(columns)(const float *p, long p_stride, const char *m, long in, int count, float *out, long out_stride,
                        const int R) {
  V acc[4];
#pragma GCC unroll 16
  for (int r = 0; r < R; r++) acc[r] = FN(load)(out + r * out_stride);
  for (int j = 0; j < count; j++) {
    V row = FN(load)((const float *)(const void *)(m + 4 * j * in));
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) acc[r] = FN(fma)(FN(splat)(p[r * p_stride + j]), row, acc[r]);
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; r++) FN(store)(out + r * out_stride, acc[r]);
}

EXPORT void FN(gh_accumulate)(const float *p, int p_offset, int p_stride, int rows, const char *m, int in, int from,
                              int to, int width, float *out, int out_offset, int out_stride) {
  p += p_offset;
  out += out_offset;
  m += 4l * from * in;
  int d = 0;
  for (; d + 16 <= width; d += 16) {
    int r = 0;
    for (; r + 4 <= rows; r += 4)
      FN(columns)(p + (long)r * p_stride, p_stride, m + 4l * d, in, to - from, out + (long)r * out_stride + d, out_stride, 4);
    for (; r < rows; r++)
      FN(columns)(p + (long)r * p_stride, p_stride, m + 4l * d, in, to - from, out + (long)r * out_stride + d, out_stride, 1);
  }
  for (; d < width; d++)
    for (int r = 0; r < rows; r++) {
      float sum = out[(long)r * out_stride + d];
      for (int j = 0; j < to - from; j++)
        sum = __builtin_fmaf(p[(long)r * p_stride + j], FN(weight)(m, (int)((long)j * in + d), 0), sum);
      out[(long)r * out_stride + d] = sum;
    }
}

INLINE V FN(exp)(V value) {
  /* The constant comes first: the instruction hands on its second operand when either is NaN. */
  V x = FN(max)(FN(splat)(EXP_MIN), FN(min)(FN(splat)(EXP_MAX), value));
  V z = FN(fma)(x, FN(splat)(LOG2E), FN(splat)(ROUND));
  V n = FN(sub)(z, FN(splat)(ROUND));
  V r = FN(fma)(n, FN(splat)(-LN2_HIGH), x);
  r = FN(fma)(n, FN(splat)(-LN2_LOW), r);
  V p = FN(fma)(FN(splat)(C5), r, FN(splat)(C4));
  p = FN(fma)(p, r, FN(splat)(C3));
  p = FN(fma)(p, r, FN(splat)(C2));
  p = FN(fma)(p, r, FN(splat)(C1));
  p = FN(fma)(p, r, FN(splat)(C0));
  p = FN(add)(FN(fma)(p, FN(mul)(r, r), r), FN(splat)(1.0f));
  return FN(mul)(p, FN(power)(z));
}

/* The last, incomplete group of sixteen goes through a padded copy: lanes do not mix. */
EXPORT void FN(gh_softmax)(float *s, int offset, int n, float scale) {
  s += offset;
  float max = -__builtin_inff();
  for (int i = 0; i < n; i++) {
    s[i] *= scale;
    max = s[i] > max ? s[i] : max;
  }
  V total = FN(zero)();
  int i = 0;
  for (; i + 16 <= n; i += 16) {
    V e = FN(exp)(FN(sub)(FN(load)(s + i), FN(splat)(max)));
    FN(store)(s + i, e);
    total = FN(add)(total, e);
  }
  float t[16];
  FN(store)(t, total);
  if (i < n) {
    float e[16] = {0};
    memcpy(e, s + i, 4l * (n - i));
    FN(store)(e, FN(exp)(FN(sub)(FN(load)(e), FN(splat)(max))));
    memcpy(s + i, e, 4l * (n - i));
    for (int j = 0; j < n - i; j++) t[j] += e[j];
  }
  float inverse = 1.0f / FN(lanes_sum)(t);
  for (int j = 0; j < n; j++) s[j] *= inverse;
}

EXPORT void FN(gh_rms_norm)(const float *x, int x_offset, int x_stride, int rows, const float *weight, int width,
                            float eps, float *y, int y_offset, int y_stride) {
  for (int r = 0; r < rows; r++) {
    const float *xr = x + x_offset + (long)r * x_stride;
    float *yr = y + y_offset + (long)r * y_stride;
    V acc = FN(zero)();
    int i = 0;
    for (; i + 16 <= width; i += 16) {
      V v = FN(load)(xr + i);
      acc = FN(fma)(v, v, acc);
    }
    float t[16];
    FN(store)(t, acc);
    for (int j = i; j < width; j++) t[j - i] = __builtin_fmaf(xr[j], xr[j], t[j - i]);
    float factor = 1.0f / __builtin_sqrtf(FN(lanes_sum)(t) / (float)width + eps);
    for (int j = 0; j < width; j++) yr[j] = xr[j] * factor * weight[j];
  }
}

EXPORT void FN(gh_swiglu)(float *gate, const float *up, int from, int to) {
  int i = from;
  V one = FN(splat)(1.0f);
  for (; i < to; i += 16) {
    int n = to - i < 16 ? to - i : 16;
    float pad[16] = {0};
    float *g = gate + i;
    if (n < 16) {
      memcpy(pad, g, 4l * n);
      g = pad;
    }
    V v = FN(load)(g);
    FN(store)(g, FN(div)(v, FN(add)(one, FN(exp)(FN(negate)(v)))));
    for (int j = 0; j < n; j++) gate[i + j] = g[j] * up[i + j];
  }
}
