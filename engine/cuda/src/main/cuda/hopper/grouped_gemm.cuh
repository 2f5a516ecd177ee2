// Grouped matrix product for experts: out[row][n] = sum over k of tokens[row][k] * weights[group][n][k], where the rows of a
// group and their number are read on the device, so that a captured graph serves any routing. One producer warp feeds a ring of
// stages by bulk tensor copies; two consumer warpgroups multiply. Persistent: each block walks every gridDim.x-th tile.
#pragma once
#include "../fragments.cuh"
#include "../gemm_walk.cuh"
#include "ring.cuh"
#include "wgmma.cuh"

/**
 * A row's share of a group: rows [start, start + count), start = `starts[g]` (contiguous layout: an exclusive prefix sum of the
 * counts, no padding), 0 where groups have columns of their own (heads), or g * group_rows (masked layout); count = `counts[g]`,
 * or group_rows where counts is null.
 * Rows between groups may hold anything, NaN included: they are neither read into results nor written.
 */
struct GroupedGemmArgs {
  TensorMap tokens;        // [rows][k], box 128 bytes x kTokens rows
  TensorMap weights;       // [groups * n][k], box 128 bytes x kWeights rows
  TensorMap token_scales;  // e4m3 only: float [k / 128][rows padded to 4], box kTokens x 1, no swizzle
  const float* weight_scales;  // e4m3 only: [groups][ceil(n / 128)][ceil(k / 128)]
  const int* starts;
  const int* counts;
  bf16* out;  // row r, column c at out[r * out_pitch + g * group_columns + c]
  int groups, n, k, group_rows;
  int out_pitch;      // elements
  int group_columns;  // elements between groups along a row of `out`; 0 for experts
  int token_columns;  // elements between groups along a row of `tokens` (heads as groups); 0 for experts
};

#if GUILDHALL_HOPPER
/** Shape of a tile. The left operand, 64 or 128 rows per consumer warpgroup, is tokens, or weights where kSwap (few tokens per group). */
template <class Element_, bool kSwap_, int kBlocks_, int kRight_, int kStages_> struct GemmShape {
  using Element = Element_;
  static constexpr bool kFp8 = sizeof(Element) == 1;
  static constexpr bool kSwap = kSwap_;
  static constexpr int kConsumers = 2;  // warpgroups
  static constexpr int kBlocks = kBlocks_;  // of 64 left rows, per warpgroup
  static constexpr int kLeft = 64 * kBlocks * kConsumers;
  static constexpr int kRight = kRight_;
  static constexpr int kTokens = kSwap ? kRight : kLeft;
  static constexpr int kWeights = kSwap ? kLeft : kRight;
  static constexpr int kStages = kStages_;
  static constexpr int kDepth = kSwizzleRow / static_cast<int>(sizeof(Element));  // K per stage
  static constexpr int kLeftBytes = kLeft * kSwizzleRow;
  static constexpr int kRightBytes = kRight * kSwizzleRow;
  static constexpr int kScaleBytes = kFp8 ? kTokens * static_cast<int>(sizeof(float)) : 0;
  static constexpr int kScaleRoom = kFp8 ? (kScaleBytes + 127) / 128 * 128 : 0;
  static constexpr int kStageBytes = kLeftBytes + kRightBytes + kScaleBytes;
  static constexpr int kSharedBytes = kStages * (kLeftBytes + kRightBytes + kScaleRoom) + Ring<kStages>::kBytes;
  static constexpr int kThreads = 128 * (kConsumers + 1);
  static constexpr bool kMovesRegisters = kRight >= 128;  // smaller sums fit in an even share of the registers
  static_assert(kRightBytes % kSwizzleAtom == 0, "stages begin on a swizzle pattern");
  static_assert(kSharedBytes <= 232448, "227 KiB of shared memory per block");
  static_assert(!kFp8 || kWeights == 128, "one weight scale per tile and stage");
};

/** Where a stage's parts lie. */
template <class S> struct GemmStages {
  unsigned char* shared;
  __device__ __forceinline__ unsigned char* left(int i) const { return shared + i * S::kLeftBytes; }
  __device__ __forceinline__ unsigned char* right(int i) const { return shared + S::kStages * S::kLeftBytes + i * S::kRightBytes; }
  __device__ __forceinline__ unsigned char* tokens(int i) const { return S::kSwap ? right(i) : left(i); }
  __device__ __forceinline__ unsigned char* weights(int i) const { return S::kSwap ? left(i) : right(i); }
  __device__ __forceinline__ float* scales(int i) const {
    return reinterpret_cast<float*>(shared + S::kStages * (S::kLeftBytes + S::kRightBytes) + i * S::kScaleRoom);
  }
  __device__ __forceinline__ uint64_t* barriers() const {
    return reinterpret_cast<uint64_t*>(shared + S::kStages * (S::kLeftBytes + S::kRightBytes + S::kScaleRoom));
  }
};

template <class S>
__device__ __forceinline__ void gemm_produce(const GroupedGemmArgs& a, const GemmStages<S>& stages, Ring<S::kStages> ring, int depths) {
  RingPosition<S::kStages> at;
  GemmWalk<S, GroupedGemmArgs> walk(a);
  GemmTile tile;
  while (walk.next(tile)) {
    for (int d = 0; d < depths; d++, at.advance()) {
      uint64_t* landed = ring.begin_fill(at, S::kStageBytes);
      tensor_load(stages.tokens(at.stage), a.tokens, tile.group * a.token_columns + d * S::kDepth, tile.first_row, landed);
      tensor_load(stages.weights(at.stage), a.weights, d * S::kDepth, tile.group * a.n + tile.first_weight, landed);
      if constexpr (S::kFp8) tensor_load(stages.scales(at.stage), a.token_scales, tile.first_row, d, landed);
    }
  }
}

/** Multiplies 64 left rows of one stage into d: four instructions of 32 bytes of K each; neither committed nor waited for. */
template <class S, int N>
__device__ __forceinline__ void gemm_multiply(float (&d)[N], const GemmStages<S>& stages, int stage, int left_row, bool fresh) {
  const uint64_t left = operand(stages.left(stage) + left_row * kSwizzleRow);
  const uint64_t right = operand(stages.right(stage));
#pragma unroll
  for (int i = 0; i < kSwizzleRow / 32; i++) {
    const int accumulate = !fresh || i > 0;
    if constexpr (S::kFp8)
      Wgmma<S::kRight>::e4m3(d, operand_at(left, i * 32), operand_at(right, i * 32), accumulate);
    else
      Wgmma<S::kRight>::bf16(d, operand_at(left, i * 32), operand_at(right, i * 32), accumulate);
  }
}

/** BF16: sums stay in the tensor core's accumulator; one batch always runs behind the one being issued. */
template <class S, int N>
__device__ __forceinline__ void gemm_sum_bf16(float (&sum)[S::kBlocks][N], const GemmStages<S>& stages, Ring<S::kStages> ring,
                                              RingPosition<S::kStages>& at, int depths, int first_row) {
  int previous = -1;
  for (int d = 0; d < depths; d++, at.advance()) {
    ring.wait_full(at);
    wgmma_fence();
#pragma unroll
    for (int block = 0; block < S::kBlocks; block++) gemm_multiply<S>(sum[block], stages, at.stage, first_row + block * 64, d == 0);
    wgmma_commit();
    if (previous >= 0) {
      wgmma_wait<1>(sum[0]);
      ring.release(previous);
    }
    previous = at.stage;
  }
#pragma unroll
  for (int block = 0; block < S::kBlocks; block++) wgmma_wait<0>(sum[block]);
  ring.release(previous);
}

/** FP8: each 128 of K is summed by the tensor core, then scaled and added in FP32: its own sums are too narrow for more. */
template <class S, int N>
__device__ __forceinline__ void gemm_sum_fp8(float (&sum)[S::kBlocks][N], const GroupedGemmArgs& a, const GemmTile& tile, const GemmStages<S>& stages,
                                             Ring<S::kStages> ring, RingPosition<S::kStages>& at, int depths, int first_row) {
  const int lane = threadIdx.x & 31, row = (threadIdx.x >> 5 & 3) * 16 + (lane >> 2), column = (lane & 3) * 2;
  const float* weight_scales =
      a.weight_scales + (static_cast<size_t>(tile.group) * ((a.n + 127) / 128) + tile.first_weight / 128) * depths;
  float part[N];
#pragma unroll
  for (int block = 0; block < S::kBlocks; block++)
#pragma unroll
    for (int i = 0; i < N; i++) sum[block][i] = 0.f;
  for (int d = 0; d < depths; d++, at.advance()) {
    const float weight_scale = __ldg(weight_scales + d);
    ring.wait_full(at);
    const float* scales = stages.scales(at.stage);
#pragma unroll
    for (int block = 0; block < S::kBlocks; block++) {
      wgmma_fence();
      gemm_multiply<S>(part, stages, at.stage, first_row + block * 64, true);
      wgmma_commit();
      if constexpr (S::kSwap) {
        wgmma_wait<0>(part);
#pragma unroll
        for (int i = 0; i < N; i++) sum[block][i] += part[i] * (scales[(i >> 2) * 8 + column + (i & 1)] * weight_scale);
      } else {
        const float upper = scales[first_row + block * 64 + row] * weight_scale, lower = scales[first_row + block * 64 + row + 8] * weight_scale;
        wgmma_wait<0>(part);
#pragma unroll
        for (int i = 0; i < N; i++) sum[block][i] += part[i] * (i & 2 ? lower : upper);
      }
    }
    ring.release(at.stage);
  }
}

/** Tokens on the left: four lanes share a row; they trade so that each writes 16 bytes of it. */
template <class S, int N>
__device__ __forceinline__ void gemm_store(const float (&sum)[N], const GroupedGemmArgs& a, const GemmTile& tile, int first_row) {
  const int lane = threadIdx.x & 31, upper = first_row + (threadIdx.x >> 5 & 3) * 16 + (lane >> 2);
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int row = upper + half * 8;
    bf16* out = a.out + static_cast<size_t>(tile.first_row + row) * a.out_pitch + tile.group * a.group_columns;
#pragma unroll
    for (int j = 0; j < N / 4; j += 4) {
      uint32_t pairs[4];
#pragma unroll
      for (int i = 0; i < 4; i++) pairs[i] = pack_bf16(sum[(j + i) * 4 + half * 2], sum[(j + i) * 4 + half * 2 + 1]);
      quad_transpose(pairs);
      store_columns(out, tile.first_weight + (j + (lane & 3)) * 8, a.n, pairs, row < tile.rows);
    }
  }
}

/** Weights on the left: a thread's rows are columns of the output. Few tokens: what this writes is small beside the weights read. */
template <class S, int N>
__device__ __forceinline__ void gemm_store_swapped(const float (&sum)[N], const GroupedGemmArgs& a, const GemmTile& tile, int first_row) {
  const int lane = threadIdx.x & 31, upper = tile.first_weight + first_row + (threadIdx.x >> 5 & 3) * 16 + (lane >> 2);
#pragma unroll
  for (int i = 0; i < N; i++) {
    const int row = (i >> 2) * 8 + (lane & 3) * 2 + (i & 1), column = upper + (i & 2) * 4;
    if (row < tile.rows && column < a.n)
      a.out[static_cast<size_t>(tile.first_row + row) * a.out_pitch + tile.group * a.group_columns + column] = __float2bfloat16(sum[i]);
  }
}

template <class S> __device__ __forceinline__ void gemm_consume(const GroupedGemmArgs& a, const GemmStages<S>& stages, Ring<S::kStages> ring, int depths) {
  const int first_row = (warp_uniform(threadIdx.x >> 7) - 1) * 64 * S::kBlocks;
  RingPosition<S::kStages> at;
  GemmWalk<S, GroupedGemmArgs> walk(a);
  GemmTile tile;
  float sum[S::kBlocks][S::kRight / 2];
  while (walk.next(tile)) {
    if constexpr (S::kFp8)
      gemm_sum_fp8<S>(sum, a, tile, stages, ring, at, depths, first_row);
    else
      gemm_sum_bf16<S>(sum, stages, ring, at, depths, first_row);
#pragma unroll
    for (int block = 0; block < S::kBlocks; block++) {
      if constexpr (S::kSwap)
        gemm_store_swapped<S>(sum[block], a, tile, first_row + block * 64);
      else
        gemm_store<S>(sum[block], a, tile, first_row + block * 64);
    }
  }
}

template <class S> __device__ __forceinline__ void grouped_gemm(const GroupedGemmArgs& a, unsigned char* shared) {
  const GemmStages<S> stages{shared};
  Ring<S::kStages> ring{stages.barriers()};
  const int depths = (a.k + S::kDepth - 1) / S::kDepth;
  if (threadIdx.x == 0) {
    tensor_prefetch(a.tokens);
    tensor_prefetch(a.weights);
    ring.init(S::kConsumers * 4);
  }
  __syncthreads();
  if (threadIdx.x < 128) {
    if constexpr (S::kMovesRegisters) registers_down<40>();
    if (threadIdx.x == 0) gemm_produce<S>(a, stages, ring, depths);
  } else {
    if constexpr (S::kMovesRegisters) registers_up<232>();
    gemm_consume<S>(a, stages, ring, depths);
  }
}
#endif
