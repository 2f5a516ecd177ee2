/* Kernels of the CPU backend for x86-64, called through the foreign function interface. Compiled for
 * the baseline; each section is compiled for the instructions it names and is called only where
 * gh_level() says that the processor has them. */
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

/* Constants of Exp.java. */
#define EXP_MAX 88.37626f
#define EXP_MIN -87.33654f
#define LOG2E 1.44269504088896341f
#define ROUND 12582912.0f
#define LN2_HIGH 0.693359375f
#define LN2_LOW -2.12194440e-4f
#define C5 1.9875691500e-4f
#define C4 1.3981999507e-3f
#define C3 8.3334519073e-3f
#define C2 4.1665795894e-2f
#define C1 1.6666665459e-1f
#define C0 5.0000001201e-1f
/* Outputs whose weights stay in the first-level cache while rows pass by. */
#define TILE 24

/* 512, 256 or 0: the widest section that this processor (and its operating system) can run. */
EXPORT int gh_level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx2") &&
      __builtin_cpu_supports("fma"))
    return 512;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 256 : 0;
}

/* A plain sum over 64-byte lines: what the memory can deliver, for comparison. */
EXPORT long gh_read_probe(const long *data, long count) {
  long a = 0, b = 0, c = 0, d = 0;
  for (long i = 0; i + 8 <= count; i += 8) {
    a += data[i] ^ data[i + 1];
    b += data[i + 2] ^ data[i + 3];
    c += data[i + 4] ^ data[i + 5];
    d += data[i + 6] ^ data[i + 7];
  }
  return a + b + c + d;
}

#pragma GCC push_options
#pragma GCC target("avx2,fma")
#define FN(name) name##_avx2
#define ROWS 3
#define OUTS 2
#define LONE_OUTS 4
typedef struct {
  __m256 a, b;
} V_avx2;
#define V V_avx2
INLINE V FN(zero)(void) { return (V){_mm256_setzero_ps(), _mm256_setzero_ps()}; }
INLINE V FN(splat)(float f) { return (V){_mm256_set1_ps(f), _mm256_set1_ps(f)}; }
INLINE V FN(load)(const float *p) { return (V){_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
INLINE void FN(store)(float *p, V v) {
  _mm256_storeu_ps(p, v.a);
  _mm256_storeu_ps(p + 8, v.b);
}
INLINE __m256 half_bf16(const char *p) {
  __m128i bits = _mm_loadu_si128((const __m128i *)(const void *)p);
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}
INLINE V FN(load_bf16)(const char *p) { return (V){half_bf16(p), half_bf16(p + 16)}; }
INLINE V FN(fma)(V x, V y, V z) { return (V){_mm256_fmadd_ps(x.a, y.a, z.a), _mm256_fmadd_ps(x.b, y.b, z.b)}; }
INLINE V FN(add)(V x, V y) { return (V){_mm256_add_ps(x.a, y.a), _mm256_add_ps(x.b, y.b)}; }
INLINE V FN(sub)(V x, V y) { return (V){_mm256_sub_ps(x.a, y.a), _mm256_sub_ps(x.b, y.b)}; }
INLINE V FN(mul)(V x, V y) { return (V){_mm256_mul_ps(x.a, y.a), _mm256_mul_ps(x.b, y.b)}; }
INLINE V FN(div)(V x, V y) { return (V){_mm256_div_ps(x.a, y.a), _mm256_div_ps(x.b, y.b)}; }
INLINE V FN(min)(V x, V y) { return (V){_mm256_min_ps(x.a, y.a), _mm256_min_ps(x.b, y.b)}; }
INLINE V FN(max)(V x, V y) { return (V){_mm256_max_ps(x.a, y.a), _mm256_max_ps(x.b, y.b)}; }
INLINE V FN(negate)(V x) {
  __m256 sign = _mm256_set1_ps(-0.0f);
  return (V){_mm256_xor_ps(x.a, sign), _mm256_xor_ps(x.b, sign)};
}
INLINE __m256 half_power(__m256 z) {
  __m256i bits = _mm256_slli_epi32(_mm256_castps_si256(z), 23);
  return _mm256_castsi256_ps(_mm256_add_epi32(bits, _mm256_set1_epi32(0x3f800000)));
}
INLINE V FN(power)(V z) { return (V){half_power(z.a), half_power(z.b)}; }
INLINE float sum_eight(__m256 v) {
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}
INLINE float FN(sum)(V v) { return sum_eight(_mm256_add_ps(v.a, v.b)); }
#include "kernels_body.h"
#undef V
#undef FN
#undef ROWS
#undef OUTS
#undef LONE_OUTS
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx2,fma")
#define FN(name) name##_avx512
#define ROWS 4
#define OUTS 4
#define LONE_OUTS 8
#define V __m512
INLINE V FN(zero)(void) { return _mm512_setzero_ps(); }
INLINE V FN(splat)(float f) { return _mm512_set1_ps(f); }
INLINE V FN(load)(const float *p) { return _mm512_loadu_ps(p); }
INLINE void FN(store)(float *p, V v) { _mm512_storeu_ps(p, v); }
INLINE V FN(load_bf16)(const char *p) {
  __m256i bits = _mm256_loadu_si256((const __m256i *)(const void *)p);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}
INLINE V FN(fma)(V x, V y, V z) { return _mm512_fmadd_ps(x, y, z); }
INLINE V FN(add)(V x, V y) { return _mm512_add_ps(x, y); }
INLINE V FN(sub)(V x, V y) { return _mm512_sub_ps(x, y); }
INLINE V FN(mul)(V x, V y) { return _mm512_mul_ps(x, y); }
INLINE V FN(div)(V x, V y) { return _mm512_div_ps(x, y); }
INLINE V FN(min)(V x, V y) { return _mm512_min_ps(x, y); }
INLINE V FN(max)(V x, V y) { return _mm512_max_ps(x, y); }
INLINE V FN(negate)(V x) { return _mm512_xor_ps(x, _mm512_set1_ps(-0.0f)); }
INLINE V FN(power)(V z) {
  __m512i bits = _mm512_slli_epi32(_mm512_castps_si512(z), 23);
  return _mm512_castsi512_ps(_mm512_add_epi32(bits, _mm512_set1_epi32(0x3f800000)));
}
INLINE float FN(sum)(V v) {
  __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}
#include "kernels_body.h"
#pragma GCC pop_options
