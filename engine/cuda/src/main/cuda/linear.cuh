// The portable matrix product: activations and sums in float32, weights as stored. A sum runs over k in ascending order by fused
// multiply-adds, so a row's bits do not depend on what shares the launch.
#pragma once
#include "device.cuh"

constexpr int kLinearRows = 32, kLinearOuts = 64, kLinearDepth = 32, kLinearThreads = 128;

constexpr int kScaleBlock = 128;  // rows and columns of an e4m3 matrix that share a scale

__device__ __forceinline__ float widen(float v) { return v; }
__device__ __forceinline__ float widen(bf16 v) { return __bfloat162float(v); }

/** A matrix as stored; `scales` is not looked at. */
template <class W> struct Weights {
  const W* w;
  long pitch;
  __device__ __forceinline__ Weights(const void* matrix, const float*, long columns) : w(static_cast<const W*>(matrix)), pitch(columns) {}
  __device__ __forceinline__ float at(long row, int k) const { return widen(w[row * pitch + k]); }
};
/** e4m3 with a scale for each 128 x 128 values, [ceil(rows / 128)][ceil(pitch / 128)]: the same floats as if widened before. */
template <> struct Weights<fp8_e4m3> {
  const fp8_e4m3* w;
  const float* scales;
  long pitch, blocks;
  __device__ __forceinline__ Weights(const void* matrix, const float* block_scales, long columns)
      : w(static_cast<const fp8_e4m3*>(matrix)), scales(block_scales), pitch(columns), blocks((columns + kScaleBlock - 1) / kScaleBlock) {}
  __device__ __forceinline__ float at(long row, int k) const {
    return widen_e4m3(w[row * pitch + k]) * scales[row / kScaleBlock * blocks + k / kScaleBlock];
  }
};

struct LinearTile {
  float x[kLinearDepth][kLinearRows + 1];
  float w[kLinearDepth][kLinearOuts + 1];
};

/**
 * y[row][out] (+)= sum over k of x[source(row)][k] * w[w_row + out][k] for the block's 32 x 64 outputs from (first_row, first_out)
 * on; 128 threads, each with 4 x 4 outputs.
 */
template <class W, class Source>
__device__ __forceinline__ void linear_tile(LinearTile& tile, const float* x, long x_pitch, const Weights<W>& w, long w_row, float* y,
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
      tile.w[k][o] = inside ? w.at(w_row + first_out + o, k0 + k) : 0.f;
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
