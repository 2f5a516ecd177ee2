// Grouped matrix product for experts on devices without wgmma: the same sums and layouts as hopper/grouped_gemm.cuh, by
// mma.sync. All threads of a block copy ahead into a ring of stages, then each warp multiplies its part of the tile.
#pragma once
#include "../fragments.cuh"
#include "../gemm_walk.cuh"
#include "mma.cuh"

/** As GroupedGemmArgs, with plain addresses; rows begin at multiples of 16 bytes. */
struct MmaGemmArgs {
  const unsigned char* tokens;   // [rows][token_pitch]
  const unsigned char* weights;  // [groups * n][k]
  const float* token_scales;     // e4m3 only: [k / 128][scale_pitch]
  const float* weight_scales;    // e4m3 only: [groups][ceil(n / 128)][ceil(k / 128)]
  long long scale_pitch;
  const int* starts;
  const int* counts;
  bf16* out;  // row r, column c at out[r * out_pitch + g * group_columns + c]
  int groups, n, k, group_rows;
  int token_pitch;    // elements
  int out_pitch;      // elements
  int group_columns;  // elements between groups along a row of `out`; 0 for experts
  int token_columns;  // elements between groups along a row of `tokens` (heads as groups); 0 for experts
};

/** Shape of a tile: each of kDown x kAcross warps has a part of it. */
template <class Element_, int kTokens_, int kDown_, int kAcross_, int kStages_> struct MmaShape {
  using Element = Element_;
  using Step = MmaStep<Element>;
  static constexpr bool kFp8 = sizeof(Element) == 1;
  static constexpr int kTokens = kTokens_;
  static constexpr int kWeights = 128;  // as many as share a scale
  static constexpr int kStages = kStages_;
  static constexpr int kAcross = kAcross_;
  static constexpr int kThreads = kDown_ * kAcross_ * 32;
  static constexpr int kRow = 128;                                             // bytes of K per stage
  static constexpr int kDepth = kRow / static_cast<int>(sizeof(Element));      // elements
  static constexpr int kRows = kTokens / kDown_ / 16;                          // of 16 tokens per warp
  static constexpr int kColumns = kWeights / kAcross_ / 8;                     // of 8 weights per warp
  static constexpr int kStageBytes = (kTokens + kWeights) * kRow;
  static constexpr int kSharedBytes = kStages * kStageBytes;
  static_assert(kColumns % 4 == 0, "quads of lanes write 32 columns");
  static_assert(kSharedBytes <= 99 << 10, "99 KiB of shared memory per block on sm_89");
};

/** Where 16 bytes of a row lie in a stage: turned by the row, so that eight rows' same column is in all banks. */
__device__ __forceinline__ int mma_at(int row, int chunk) { return row * 128 + ((chunk ^ (row & 7)) << 4); }

/** Starts copying the K of one stage; what lies outside of the tile's rows, of the weights or of K becomes zero. */
template <class S> __device__ __forceinline__ void mma_fill(const MmaGemmArgs& a, const GemmTile& tile, uint32_t stage, int d) {
  constexpr int kSize = sizeof(typename S::Element);
  for (int i = threadIdx.x; i < (S::kTokens + S::kWeights) * 8; i += S::kThreads) {
    const int row = i / 8, chunk = i % 8, column = d * S::kDepth + chunk * 16 / kSize;
    const bool token = row < S::kTokens;
    const int inside = token ? row : row - S::kTokens;
    const bool there = column < a.k && (token ? inside < tile.rows : tile.first_weight + inside < a.n);
    const unsigned char* base = token ? a.tokens : a.weights;
    const size_t from = token ? static_cast<size_t>(tile.first_row + inside) * a.token_pitch + tile.group * a.token_columns + column
                              : (static_cast<size_t>(tile.group) * a.n + tile.first_weight + inside) * a.k + column;
    cp_async16(stage + mma_at(row, chunk), there ? base + from * kSize : base, there ? 16 : 0);
  }
}

/** Multiplies a stage's K: sum[i][j] += the warp's i-th 16 tokens times its j-th 8 weights. */
template <class S>
__device__ __forceinline__ void mma_stage(float (&sum)[S::kRows][S::kColumns][4], uint32_t stage, int first_token, int first_weight) {
  const int lane = threadIdx.x & 31;
#pragma unroll
  for (int step = 0; step < S::kRow / 32; step++) {
    typename S::Step::Left left[S::kRows];
    typename S::Step::Right right[S::kColumns];
    uint32_t loaded[4];
#pragma unroll
    for (int i = 0; i < S::kRows; i++) {
      ldmatrix_x4(loaded, stage + mma_at(first_token + i * 16 + lane % 16, step * 2 + lane / 16));
      S::Step::left(left[i], loaded);
    }
#pragma unroll
    for (int j = 0; j < S::kColumns; j += 2) {
      ldmatrix_x4(loaded, stage + mma_at(S::kTokens + first_weight + j * 8 + lane / 16 * 8 + lane % 8, step * 2 + lane / 8 % 2));
      S::Step::right(right[j], loaded[0], loaded[1]);
      S::Step::right(right[j + 1], loaded[2], loaded[3]);
    }
#pragma unroll
    for (int i = 0; i < S::kRows; i++)
#pragma unroll
      for (int j = 0; j < S::kColumns; j++) S::Step::add(sum[i][j], left[i], right[j]);
  }
}

template <class S> __device__ __forceinline__ void mma_clear(float (&sum)[S::kRows][S::kColumns][4]) {
#pragma unroll
  for (int i = 0; i < S::kRows; i++)
#pragma unroll
    for (int j = 0; j < S::kColumns; j++)
#pragma unroll
      for (int r = 0; r < 4; r++) sum[i][j][r] = 0.f;
}

/** Adds what one stage of e4m3 gave, by the scales of its 128 columns of K. */
template <class S>
__device__ __forceinline__ void mma_scale(float (&sum)[S::kRows][S::kColumns][4], const float (&part)[S::kRows][S::kColumns][4],
                                          const MmaGemmArgs& a, const GemmTile& tile, int d, int depths, int first_token) {
  const size_t block = static_cast<size_t>(tile.group) * ((a.n + 127) / 128) + tile.first_weight / 128;
  const float of_weights = __ldg(a.weight_scales + block * depths + d);
  const float* of_tokens = a.token_scales + d * a.scale_pitch + tile.first_row;
#pragma unroll
  for (int i = 0; i < S::kRows; i++) {
    const int upper = first_token + i * 16 + (threadIdx.x & 31) / 4, lower = upper + 8;
    const float scales[2] = {upper < tile.rows ? __ldg(of_tokens + upper) * of_weights : 0.f,
                             lower < tile.rows ? __ldg(of_tokens + lower) * of_weights : 0.f};
#pragma unroll
    for (int j = 0; j < S::kColumns; j++)
#pragma unroll
      for (int r = 0; r < 4; r++) sum[i][j][r] += part[i][j][r] * scales[r / 2];
  }
}

/** Four lanes share a row; they trade so that each writes 16 bytes of it. */
template <class S>
__device__ __forceinline__ void mma_store(const float (&sum)[S::kRows][S::kColumns][4], const MmaGemmArgs& a, const GemmTile& tile, int first_token,
                                          int first_weight) {
  const int lane = threadIdx.x & 31;
#pragma unroll
  for (int i = 0; i < S::kRows; i++)
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const int row = first_token + i * 16 + half * 8 + lane / 4;
      bf16* out = a.out + static_cast<size_t>(tile.first_row + row) * a.out_pitch + tile.group * a.group_columns;
#pragma unroll
      for (int j = 0; j < S::kColumns; j += 4) {
        uint32_t pairs[4];
#pragma unroll
        for (int p = 0; p < 4; p++) pairs[p] = pack_bf16(sum[i][j + p][half * 2], sum[i][j + p][half * 2 + 1]);
        quad_transpose(pairs);
        store_columns(out, tile.first_weight + first_weight + (j + lane % 4) * 8, a.n, pairs, row < tile.rows);
      }
    }
}

template <class S> __device__ __forceinline__ void mma_tile(const MmaGemmArgs& a, const GemmTile& tile, uint32_t shared, int depths) {
  const int warp = threadIdx.x / 32;
  const int first_token = warp / S::kAcross * S::kRows * 16, first_weight = warp % S::kAcross * S::kColumns * 8;
  float sum[S::kRows][S::kColumns][4];
  mma_clear<S>(sum);
#pragma unroll
  for (int d = 0; d < S::kStages - 1; d++) {
    if (d < depths) mma_fill<S>(a, tile, shared + d * S::kStageBytes, d);
    cp_async_commit();
  }
  for (int d = 0; d < depths; d++) {
    cp_async_wait<S::kStages - 2>();
    __syncthreads();  // the stage has landed for all, and all are done with the one filled next
    const int ahead = d + S::kStages - 1;
    if (ahead < depths) mma_fill<S>(a, tile, shared + ahead % S::kStages * S::kStageBytes, ahead);
    cp_async_commit();
    const uint32_t stage = shared + d % S::kStages * S::kStageBytes;
    if constexpr (S::kFp8) {
      float part[S::kRows][S::kColumns][4];
      mma_clear<S>(part);
      mma_stage<S>(part, stage, first_token, first_weight);
      mma_scale<S>(sum, part, a, tile, d, depths, first_token);
    } else {
      mma_stage<S>(sum, stage, first_token, first_weight);
    }
  }
  mma_store<S>(sum, a, tile, first_token, first_weight);
  cp_async_wait<0>();
  __syncthreads();  // the next tile fills the same stages
}

template <class S> __device__ __forceinline__ void grouped_gemm_mma(const MmaGemmArgs& a, unsigned char* shared) {
  const uint32_t stages = static_cast<uint32_t>(__cvta_generic_to_shared(shared));
  const int depths = (a.k + S::kDepth - 1) / S::kDepth;
  GemmWalk<S, MmaGemmArgs> walk(a);
  GemmTile tile;
  while (walk.next(tile)) mma_tile<S>(a, tile, stages, depths);
}
