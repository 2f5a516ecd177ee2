// Rotary positions.
#pragma once
#include "device.cuh"

__device__ __forceinline__ float wide(float v) { return v; }
__device__ __forceinline__ float wide(bf16 v) { return __bfloat162float(v); }
__device__ __forceinline__ void put(float& to, float v) { to = v; }
__device__ __forceinline__ void put(bf16& to, float v) { to = __float2bfloat16(v); }
/** Rotates the pair (2i, 2i+1) by its cosine and sine. */
template <class T> __device__ __forceinline__ float2 rotated(const T* v, const float* rotation, int i) {
  const float re = wide(v[2 * i]), im = wide(v[2 * i + 1]), cosine = rotation[2 * i], sine = rotation[2 * i + 1];
  return make_float2(re * cosine - im * sine, re * sine + im * cosine);
}
