// The portable matrix product: activations and sums in float32, weights as stored. A sum runs over k in ascending order by fused
// multiply-adds, so a row's bits do not depend on what shares the launch.
#pragma once
#include "device.cuh"

constexpr int kLinearRows = 32, kLinearOuts = 64, kLinearDepth = 32, kLinearThreads = 128;

__device__ __forceinline__ float widen(float v) { return v; }
__device__ __forceinline__ float widen(bf16 v) { return __bfloat162float(v); }

struct LinearTile {
  float x[kLinearDepth][kLinearRows + 1];
  float w[kLinearDepth][kLinearOuts + 1];
};

/**
 * y[row][out] (+)= sum over k of x[source(row)][k] * w[out][k] for the block's 32 x 64 outputs from (first_row, first_out) on; 128
 * threads, each with 4 x 4 outputs.
 */
template <class W, class Source>
__device__ __forceinline__ void linear_tile(LinearTile& tile, const float* x, long x_pitch, const W* w, long w_pitch, float* y,
                                           long y_pitch, int rows, int outs, int depth, int first_row, int first_out,
                                           bool accumulate, Source source) {
  const int thread = threadIdx.x, row = thread / 16 * 4, out = thread % 16 * 4;
  float sum[4][4] = {};
  for (int k0 = 0; k0 < depth; k0 += kLinearDepth) {
    for (int i = thread; i < kLinearRows * kLinearDepth; i += kLinearThreads) {
      const int r = i / kLinearDepth, k = i % kLinearDepth;
      const bool inside = first_row + r < rows && k0 + k < depth;
      tile.x[k][r] = inside ? x[source(first_row + r) * x_pitch + k0 + k] : 0.f;
    }
    for (int i = thread; i < kLinearOuts * kLinearDepth; i += kLinearThreads) {
      const int o = i / kLinearDepth, k = i % kLinearDepth;
      const bool inside = first_out + o < outs && k0 + k < depth;
      tile.w[k][o] = inside ? widen(w[(first_out + o) * w_pitch + k0 + k]) : 0.f;
    }
    __syncthreads();
    const int end = min(kLinearDepth, depth - k0);
    for (int k = 0; k < end; k++) {
      float xs[4], ws[4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        xs[i] = tile.x[k][row + i];
        ws[i] = tile.w[k][out + i];
      }
#pragma unroll
      for (int i = 0; i < 4; i++)
#pragma unroll
        for (int j = 0; j < 4; j++) sum[i][j] = fmaf(xs[i], ws[j], sum[i][j]);
    }
    __syncthreads();
  }
#pragma unroll
  for (int i = 0; i < 4; i++)
#pragma unroll
    for (int j = 0; j < 4; j++) {
      const int r = first_row + row + i, o = first_out + out + j;
      if (r >= rows || o >= outs) continue;
      float& to = y[r * y_pitch + o];
      to = accumulate ? to + sum[i][j] : sum[i][j];
    }
}
