// Attention of a prompt's chunk in its expanded form: for each head keys of 192 values (128 from the latent, 64 rotary that all
// heads share) and values of 128, made from the cache beforehand. A block takes 128 query rows of one head: one producer warp,
// two warpgroups with 64 rows each, and 64 keys at a time.
#pragma once
#include "../fragments.cuh"
#include "ring.cuh"
#include "wgmma.cuh"

constexpr int kPrefillRows = 128, kPrefillKeys = 64, kPrefillHead = 192, kPrefillValue = 128;

struct MlaPrefillArgs {
  TensorMap query;   // bf16 [rows][..], box 64 x 128: head h's 192 values from column h * 192 on, rotated
  TensorMap keys;    // bf16 [keys][heads of the launch * 128], box 64 x 64
  TensorMap rotary;  // bf16 [keys][576], box 64 x 64: from column 512 on what all heads share
  TensorMap values;  // bf16 [keys][heads of the launch * 128], box 64 x 64
  bf16* out;         // row r, head h at out[r * out_pitch + h * 128]
  int rows, start;   // row r is at position start + r and sees the keys up to it
  int first_key;     // keys before it are not there
  int first_head;    // of the launch
  int out_pitch;
  float scale;       // of the scores
};

#if GUILDHALL_HOPPER
/** Shared memory of mla_prefill. */
struct PrefillShared {
  static constexpr int kHeadTiles = kPrefillHead / 64, kValueTiles = kPrefillValue / 64;
  static constexpr int kQueryTile = kPrefillRows * kSwizzleRow, kKeyTile = kPrefillKeys * kSwizzleRow;
  static constexpr int kQueryBytes = kHeadTiles * kQueryTile;
  static constexpr int kStageBytes = (kHeadTiles + kValueTiles) * kKeyTile;
  static constexpr int kStages = 3;
  static constexpr int kWeightsBytes = 64 * kSwizzleRow;  // of a warpgroup: its 64 rows x 64 keys
  static constexpr int kBytes = kQueryBytes + kStages * kStageBytes + 2 * kWeightsBytes + Ring<kStages>::kBytes + 8;
  static_assert(kBytes <= 232448, "227 KiB of shared memory per block");
  unsigned char* base;
  __device__ __forceinline__ unsigned char* query(int tile) const { return base + tile * kQueryTile; }
  __device__ __forceinline__ unsigned char* keys(int stage, int tile) const { return base + kQueryBytes + stage * kStageBytes + tile * kKeyTile; }
  __device__ __forceinline__ unsigned char* values(int stage) const { return keys(stage, kHeadTiles); }
  __device__ __forceinline__ unsigned char* weights(int warpgroup) const { return keys(kStages, 0) + warpgroup * kWeightsBytes; }
  __device__ __forceinline__ uint64_t* barriers() const { return reinterpret_cast<uint64_t*>(weights(2)); }
  __device__ __forceinline__ uint64_t* query_full() const { return barriers() + 2 * kStages; }
};

/** The block's part of the chunk: long rows first, so that what is left at the end is short. */
struct PrefillTile {
  int first_row, head, blocks;  // key blocks that its last row sees

  __device__ __forceinline__ explicit PrefillTile(const MlaPrefillArgs& a)
      : first_row((gridDim.x - 1 - blockIdx.x) * kPrefillRows), head(blockIdx.y), blocks((a.start + min(first_row + kPrefillRows, a.rows) - 1) / kPrefillKeys + 1) {}
};

__device__ __forceinline__ void prefill_produce(const MlaPrefillArgs& a, const PrefillTile& tile, const PrefillShared& shared,
                                                Ring<PrefillShared::kStages> ring) {
  barrier_arrive_expect(shared.query_full(), PrefillShared::kQueryBytes);
  for (int t = 0; t < PrefillShared::kHeadTiles; t++)
    tensor_load(shared.query(t), a.query, (a.first_head + tile.head) * kPrefillHead + t * 64, tile.first_row, shared.query_full());
  RingPosition<PrefillShared::kStages> at;
  for (int block = 0; block < tile.blocks; block++, at.advance()) {
    uint64_t* landed = ring.begin_fill(at, PrefillShared::kStageBytes);
    const int key = block * kPrefillKeys;
    for (int t = 0; t < 2; t++) {
      tensor_load(shared.keys(at.stage, t), a.keys, tile.head * 128 + t * 64, key, landed);
      tensor_load(shared.values(at.stage) + t * PrefillShared::kKeyTile, a.values, tile.head * kPrefillValue + t * 64, key, landed);
    }
    tensor_load(shared.keys(at.stage, 2), a.rotary, 512, key, landed);
  }
}

/** Scores of this warpgroup's 64 rows and the stage's 64 keys. */
__device__ __forceinline__ void prefill_scores(float (&s)[32], const PrefillShared& shared, int stage, int warpgroup) {
  wgmma_fence();
#pragma unroll
  for (int t = 0; t < PrefillShared::kHeadTiles; t++) {
    const uint64_t query = operand(shared.query(t) + warpgroup * 64 * kSwizzleRow), keys = operand(shared.keys(stage, t));
#pragma unroll
    for (int i = 0; i < 4; i++) Wgmma<64>::bf16(s, operand_at(query, i * 32), operand_at(keys, i * 32), t + i > 0);
  }
  wgmma_commit();
  wgmma_wait<0>(s);
}

/** What a consumer thread carries: two rows (8 apart) of its warp's sixteen. */
struct PrefillRowPair {
  int row;  // of the warpgroup, of the upper one
  int position[2];
  float most[2], sum[2];
};

/** Scores become weights of the running softmax, in shared memory; returns by what the sums before shrink. */
__device__ __forceinline__ void prefill_softmax(float (&s)[32], PrefillRowPair& rows, unsigned char* weights, int block_key, int first_key,
                                                float scale_log2, float (&shrink)[2]) {
  const int column = (threadIdx.x & 3) * 2;
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int row = rows.row + half * 8;
    float most = rows.most[half];
#pragma unroll
    for (int i = 0; i < 16; i++) {
      float& v = s[(i >> 1) * 4 + half * 2 + (i & 1)];
      const int key = block_key + (i >> 1) * 8 + column + (i & 1);
      if (key < first_key || key > rows.position[half]) v = -INFINITY;
      most = fmaxf(most, v);
    }
    most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, 1));
    most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, 2));
    const float origin = most == -INFINITY ? 0.f : most * scale_log2;  // a row that sees nothing yet
    shrink[half] = exp2f(rows.most[half] * scale_log2 - origin);
    rows.most[half] = most;
    float sum = 0.f;
#pragma unroll
    for (int j = 0; j < 8; j++) {
      const float p0 = exp2f(s[j * 4 + half * 2] * scale_log2 - origin), p1 = exp2f(s[j * 4 + half * 2 + 1] * scale_log2 - origin);
      sum += p0 + p1;
      *reinterpret_cast<uint32_t*>(weights + row * kSwizzleRow + (j ^ (row & 7)) * 16 + column * 2) = pack_bf16(p0, p1);
    }
    rows.sum[half] = rows.sum[half] * shrink[half] + sum;  // of this thread's columns; the four lanes' are added at the end
  }
}

/** Sum += weights (64 x 64) times the stage's 64 rows of 128 values. */
__device__ __forceinline__ void prefill_values(float (&sum)[64], const PrefillShared& shared, int stage, int warpgroup, bool fresh) {
  const uint64_t weights = operand(shared.weights(warpgroup)), values = operand(shared.values(stage), PrefillShared::kKeyTile);
  wgmma_fence();
#pragma unroll
  for (int i = 0; i < 4; i++)
    Wgmma<128>::bf16_transposed(sum, operand_at(weights, i * 32), operand_at(values, i * 2 * kSwizzleAtom), !fresh || i > 0);
  wgmma_commit();
  wgmma_wait<0>(sum);
}

__device__ __forceinline__ void prefill_store(const float (&sum)[64], const PrefillRowPair& rows, const MlaPrefillArgs& a, const PrefillTile& tile,
                                              int warpgroup) {
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int row = tile.first_row + warpgroup * 64 + rows.row + half * 8;
    float total = rows.sum[half];
    total += __shfl_xor_sync(0xffffffffu, total, 1);
    total += __shfl_xor_sync(0xffffffffu, total, 2);
    const float factor = total > 0.f ? 1.f / total : 0.f;
    bf16* out = a.out + static_cast<size_t>(row) * a.out_pitch + (a.first_head + tile.head) * kPrefillValue;
#pragma unroll
    for (int j = 0; j < 16; j += 4) {
      uint32_t pairs[4];
#pragma unroll
      for (int i = 0; i < 4; i++) pairs[i] = pack_bf16(sum[(j + i) * 4 + half * 2] * factor, sum[(j + i) * 4 + half * 2 + 1] * factor);
      quad_transpose(pairs);
      store_columns(out, (j + (threadIdx.x & 3)) * 8, kPrefillValue, pairs, row < a.rows);
    }
  }
}

__device__ __forceinline__ void prefill_consume(const MlaPrefillArgs& a, const PrefillTile& tile, const PrefillShared& shared,
                                                Ring<PrefillShared::kStages> ring) {
  const float scale_log2 = a.scale * 1.4426950408889634f;
  const int warpgroup = warp_uniform(threadIdx.x >> 7) - 1;
  RingPosition<PrefillShared::kStages> at;
  PrefillRowPair rows;
  rows.row = (threadIdx.x >> 5 & 3) * 16 + (threadIdx.x >> 2 & 7);
#pragma unroll
  for (int half = 0; half < 2; half++) {
    rows.position[half] = a.start + tile.first_row + warpgroup * 64 + rows.row + half * 8;
    rows.most[half] = -INFINITY;
    rows.sum[half] = 0.f;
  }
  float scores[32], sum[64], shrink[2];
  barrier_wait(shared.query_full(), 0);
  for (int block = 0; block < tile.blocks; block++, at.advance()) {
    ring.wait_full(at);
    prefill_scores(scores, shared, at.stage, warpgroup);
    prefill_softmax(scores, rows, shared.weights(warpgroup), block * kPrefillKeys, a.first_key, scale_log2, shrink);
    async_proxy_fence();
    __syncwarp();  // the weights are complete: of these each warp's product reads its own 16 rows only
    if (block > 0 && (shrink[0] != 1.f || shrink[1] != 1.f)) {
#pragma unroll
      for (int i = 0; i < 64; i++) sum[i] *= shrink[i >> 1 & 1];
    }
    prefill_values(sum, shared, at.stage, warpgroup, block == 0);
    ring.release(at.stage);
  }
  prefill_store(sum, rows, a, tile, warpgroup);
}
#endif
