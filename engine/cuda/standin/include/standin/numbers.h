// bfloat16 and e4m3 with the names, layouts and rounding of cuda_bf16.h and cuda_fp8.h.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

struct __nv_bfloat16 {
  uint16_t bits;
};
struct alignas(4) __nv_bfloat162 {
  __nv_bfloat16 x, y;
};

static inline float __uint_as_float(unsigned u) {
  float f;
  memcpy(&f, &u, sizeof f);
  return f;
}
static inline unsigned __float_as_uint(float f) {
  unsigned u;
  memcpy(&u, &f, sizeof u);
  return u;
}
static inline float __bfloat162float(__nv_bfloat16 v) { return __uint_as_float(static_cast<unsigned>(v.bits) << 16); }
/** Nearest, ties to even; every NaN becomes 0x7fff. */
static inline __nv_bfloat16 __float2bfloat16_rn(float f) {
  const unsigned u = __float_as_uint(f);
  if ((u & 0x7fffffffu) > 0x7f800000u) return {0x7fff};
  return {static_cast<uint16_t>((u + 0x7fffu + (u >> 16 & 1u)) >> 16)};
}
static inline __nv_bfloat16 __float2bfloat16(float f) { return __float2bfloat16_rn(f); }
static inline __nv_bfloat162 __floats2bfloat162_rn(float a, float b) { return {__float2bfloat16_rn(a), __float2bfloat16_rn(b)}; }

typedef uint8_t __nv_fp8_storage_t;
enum __nv_saturation_t { __NV_NOSAT, __NV_SATFINITE };
enum __nv_fp8_interpretation_t { __NV_E4M3, __NV_E5M2 };

namespace standin {
/** The value of an e4m3 byte: 1-4-3 bits, bias 7, no infinities. */
static inline float e4m3_value(uint8_t v) {
  const int exponent = v >> 3 & 15, fraction = v & 7;
  const float size = exponent == 15 && fraction == 7 ? NAN
                     : exponent == 0                 ? ldexpf(static_cast<float>(fraction), -9)
                                                     : ldexpf(static_cast<float>(8 + fraction), exponent - 10);
  return v & 0x80 ? -size : size;
}
}  // namespace standin

/** Nearest, ties to even; too large: 448 or NaN. Only e4m3 is known here. */
static inline __nv_fp8_storage_t __nv_cvt_float_to_fp8(float f, __nv_saturation_t saturation, __nv_fp8_interpretation_t) {
  const uint8_t sign = std::signbit(f) ? 0x80 : 0;
  if (std::isnan(f)) return sign | 0x7f;
  const float size = fabsf(f);
  if (size == 0) return sign;
  int exponent = -6;
  if (std::isfinite(size)) exponent = std::max(ilogbf(size), -6);
  const float steps = std::isfinite(size) ? rintf(ldexpf(size, 3 - exponent)) : INFINITY;  // 8 to 16, or below 8 if subnormal
  if (ldexpf(steps, exponent - 3) > 448.f) return sign | (saturation == __NV_SATFINITE ? 0x7e : 0x7f);
  // A carry of the fraction runs into the exponent by itself.
  const int code = (exponent + 6) * 8 + static_cast<int>(steps);
  return sign | static_cast<uint8_t>(code);
}
