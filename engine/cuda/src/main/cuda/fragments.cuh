// Moving a tensor core's sums from registers to rows in memory: of each 8 columns of a row, four lanes hold two each.
#pragma once
#include "device.cuh"

/** Two values, rounded to nearest, the first in the lower half. */
__device__ __forceinline__ uint32_t pack_bf16(float low, float high) {
  const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
  uint32_t bits;
  memcpy(&bits, &pair, sizeof bits);
  return bits;
}

/** Among each four lanes: lane i's v[j] becomes lane j's v[i]. */
__device__ __forceinline__ void quad_transpose(uint32_t (&v)[4]) {
  const unsigned lane = threadIdx.x;
#pragma unroll
  for (int step = 1; step <= 2; step *= 2) {
    const bool upper = lane & step;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      if (i & step) continue;
      const uint32_t got = __shfl_xor_sync(0xffffffffu, upper ? v[i] : v[i | step], step);
      if (upper)
        v[i] = got;
      else
        v[i | step] = got;
    }
  }
}

/** Writes eight columns of a row, or as many as lie below `columns`; in one piece where it is aligned. */
__device__ __forceinline__ void store_columns(bf16* row, int first, int columns, const uint32_t (&pairs)[4], bool wanted) {
  if (!wanted || first >= columns) return;
  bf16* to = row + first;
  if (first + 8 <= columns && (reinterpret_cast<uintptr_t>(to) & 15) == 0) {
    *reinterpret_cast<uint4*>(to) = make_uint4(pairs[0], pairs[1], pairs[2], pairs[3]);
    return;
  }
#pragma unroll
  for (int i = 0; i < 8; i++) {
    if (first + i >= columns) return;
    const unsigned short bits = static_cast<unsigned short>(pairs[i / 2] >> (i % 2 * 16));
    memcpy(to + i, &bits, sizeof bits);
  }
}
