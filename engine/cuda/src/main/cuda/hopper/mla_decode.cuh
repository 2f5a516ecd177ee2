// Absorbed multi-head latent attention of a decode step over the paged latent cache: a query of 576 values (512 latent, 64
// rotary) meets keys that are the cached rows themselves and values that are their first 512 columns. The batch's key blocks
// are laid end to end and cut into equal shares, one per block of the grid, so that ragged lengths keep every SM busy; a
// sequence that is cut is finished by mla_combine. One producer warp; two warpgroups, each with 32 of a block's 64 keys for the
// scores and 256 of the 512 output columns.
#pragma once
#include "../fragments.cuh"
#include "ring.cuh"
#include "wgmma.cuh"

constexpr int kMlaLatent = 512;
constexpr int kMlaWidth = 576;
constexpr int kMlaRows = 64;  // query rows of a block: heads, or heads of several query tokens
constexpr int kMlaKeys = 64;  // keys of a step

/** Prepares a step's shares once for all layers. */
struct MlaPlanArgs {
  const int* lengths;  // [batch] keys of each sequence, new tokens included; 0 for places of the batch not in use
  int* plan;           // [batch + 1] key blocks before each sequence, then [shares] the first sequence of each share
  int batch;           // at most 1024
  int shares;
  int least;  // key blocks below which a share is not cut smaller
};

struct MlaDecodeArgs {
  TensorMap query;    // bf16 [batch * queries * heads][576], box 64 x 64
  TensorMap cache;    // bf16 [pages * page_tokens][576], box 64 x min(64, page_tokens)
  const int* lengths;
  const int* plan;
  const int* pages;   // [batch][page_pitch] page numbers
  bf16* out;          // [batch * queries * heads][512]
  float* partial;     // [shares + batch - 1][queries * heads][512]
  float* partial_lse; // [shares + batch - 1][queries * heads]: natural log of the sum of exponentials
  int batch, heads;
  int queries;        // query tokens per sequence; token q sees all keys but the last queries - 1 - q
  int shares, least;  // as planned
  int page_tokens;    // a power of two, at least 8
  int page_pitch, cache_rows;
  int first_key;      // keys before it are not there
  float scale;        // of the scores
};

#if GUILDHALL_HOPPER
/** A run of key blocks [first, last) of one sequence, within a share. */
struct MlaRun {
  int sequence, first, last, blocks;  // blocks of the whole sequence
  __device__ __forceinline__ bool whole() const { return last - first == blocks; }
};

/** How many shares do work: fewer than planned where a share would be too small. */
__device__ __forceinline__ int mla_shares(int total, int shares, int least) { return max(1, min(shares, total / least)); }
__device__ __forceinline__ int mla_share_begin(int share, int total, int shares) {
  return static_cast<int>(static_cast<long long>(share) * total / shares);
}
/** The share that holds key block `at` of `total`. */
__device__ __forceinline__ int mla_share_of(int at, int total, int shares) {
  return static_cast<int>((static_cast<long long>(at + 1) * shares - 1) / total);
}

/** Walks the runs of a share; every thread computes the same. */
struct MlaWalk {
  const int* before;
  int at, end, sequence;

  __device__ __forceinline__ MlaWalk(const int* plan, int batch, int planned, int least, int share) : before(plan), at(0), end(0), sequence(0) {
    const int total = plan[batch], shares = mla_shares(total, planned, least);
    if (share >= shares || total == 0) return;
    at = mla_share_begin(share, total, shares);
    end = mla_share_begin(share + 1, total, shares);
    sequence = plan[batch + 1 + share];
  }
  __device__ __forceinline__ bool next(MlaRun& run) {
    if (at >= end) return false;
    while (before[sequence + 1] <= at) sequence++;
    const int begin = before[sequence], stop = min(end, before[sequence + 1]);
    run = {sequence, at - begin, stop - begin, before[sequence + 1] - begin};
    at = stop;
    return true;
  }
};

/** Shared memory of mla_decode. */
struct MlaShared {
  static constexpr int kTiles = kMlaWidth / 64;
  static constexpr int kTileBytes = 64 * kSwizzleRow;
  static constexpr int kRowsBytes = kTiles * kTileBytes;  // 64 rows of 576 values, as nine swizzled tiles
  static constexpr int kStages = 2;
  static constexpr int kStatistics = 2 * 2 * kMlaRows * static_cast<int>(sizeof(float));
  static constexpr int kBytes = (1 + kStages) * kRowsBytes + kTileBytes + kStatistics + Ring<kStages>::kBytes + 2 * 8;
  static_assert(kBytes <= 232448, "227 KiB of shared memory per block");
  unsigned char* base;
  __device__ __forceinline__ unsigned char* query() const { return base; }
  __device__ __forceinline__ unsigned char* keys(int stage) const { return base + (1 + stage) * kRowsBytes; }
  __device__ __forceinline__ unsigned char* weights() const { return base + (1 + kStages) * kRowsBytes; }
  /** For each warpgroup a value per row: `which` 0 the scores' maxima, 1 the sums. */
  __device__ __forceinline__ float* statistics(int which, int group) const {
    return reinterpret_cast<float*>(weights() + kTileBytes) + (which * 2 + group) * kMlaRows;
  }
  __device__ __forceinline__ uint64_t* barriers() const { return reinterpret_cast<uint64_t*>(weights() + kTileBytes + kStatistics); }
  __device__ __forceinline__ uint64_t* query_full() const { return barriers() + 2 * kStages; }
  __device__ __forceinline__ uint64_t* query_empty() const { return query_full() + 1; }
};

/** Fetches the 64 rows of one key block; rows of pages that the sequence does not have arrive as zeros. */
__device__ __forceinline__ void mla_load_keys(const MlaDecodeArgs& a, const MlaShared& shared, int stage, int sequence, int block, int length, uint64_t* landed) {
  const int boxes = a.page_tokens >= kMlaKeys ? 1 : kMlaKeys / a.page_tokens, rows = kMlaKeys / boxes;
  for (int box = 0; box < boxes; box++) {
    const int token = block * kMlaKeys + box * rows;
    const int row = token < length ? a.pages[static_cast<size_t>(sequence) * a.page_pitch + token / a.page_tokens] * a.page_tokens + token % a.page_tokens
                                   : a.cache_rows;
    for (int tile = 0; tile < MlaShared::kTiles; tile++)
      tensor_load(shared.keys(stage) + tile * MlaShared::kTileBytes + box * rows * kSwizzleRow, a.cache, tile * 64, row, landed);
  }
}

__device__ __forceinline__ void mla_produce(const MlaDecodeArgs& a, const MlaShared& shared, Ring<MlaShared::kStages> ring) {
  RingPosition<MlaShared::kStages> at;
  MlaWalk walk(a.plan, a.batch, a.shares, a.least, blockIdx.y);
  MlaRun run;
  for (unsigned turn = 0; walk.next(run); turn++) {
    barrier_wait(shared.query_empty(), (turn & 1) ^ 1);
    barrier_arrive_expect(shared.query_full(), MlaShared::kRowsBytes);
    for (int tile = 0; tile < MlaShared::kTiles; tile++)
      tensor_load(shared.query() + tile * MlaShared::kTileBytes, a.query, tile * 64, run.sequence * a.queries * a.heads + blockIdx.x * kMlaRows,
                  shared.query_full());
    for (int block = run.first; block < run.last; block++, at.advance())
      mla_load_keys(a, shared, at.stage, run.sequence, block, a.lengths[run.sequence], ring.begin_fill(at, MlaShared::kRowsBytes));
  }
}

/** What a consumer thread carries through a run: two rows (8 apart) of its warp's sixteen. */
struct MlaRows {
  int warpgroup, row;  // row of the block, of the upper one
  int visible[2];      // keys that each may see
  float most[2], sum[2];
};
constexpr int kMlaConsumers = 1;  // named barrier of the two consumer warpgroups

__device__ __forceinline__ float quad_max(float v) {
  v = fmaxf(v, __shfl_xor_sync(0xffffffffu, v, 1));
  return fmaxf(v, __shfl_xor_sync(0xffffffffu, v, 2));
}
__device__ __forceinline__ float quad_sum(float v) {
  v += __shfl_xor_sync(0xffffffffu, v, 1);
  return v + __shfl_xor_sync(0xffffffffu, v, 2);
}

/** Scores of this warpgroup's 32 keys: 64 rows x 576 values. */
__device__ __forceinline__ void mla_scores(float (&s)[16], const MlaShared& shared, int stage, int warpgroup) {
  wgmma_fence();
  for (int tile = 0; tile < MlaShared::kTiles; tile++) {
    const uint64_t query = operand(shared.query() + tile * MlaShared::kTileBytes);
    const uint64_t keys = operand(shared.keys(stage) + tile * MlaShared::kTileBytes + warpgroup * 32 * kSwizzleRow);
#pragma unroll
    for (int i = 0; i < 4; i++) Wgmma<32>::bf16(s, operand_at(query, i * 32), operand_at(keys, i * 32), tile + i > 0);
  }
  wgmma_commit();
  wgmma_wait<0>(s);
}

/**
 * Scores become weights of the running softmax, written to shared memory as the left operand of the next product. Returns the
 * factors by which what was summed before shrinks.
 */
__device__ __forceinline__ void mla_softmax(float (&s)[16], MlaRows& rows, const MlaShared& shared, int block_key, int first_key, float scale_log2,
                                            float (&shrink)[2]) {
  const int column = (threadIdx.x & 3) * 2;
#pragma unroll
  for (int half = 0; half < 2; half++) {
    float most = -INFINITY;
#pragma unroll
    for (int i = 0; i < 8; i++) {
      float& v = s[(i >> 1) * 4 + half * 2 + (i & 1)];
      const int key = block_key + rows.warpgroup * 32 + (i >> 1) * 8 + column + (i & 1);
      if (key < first_key || key >= rows.visible[half]) v = -INFINITY;
      most = fmaxf(most, v);
    }
    most = quad_max(most);
    if (column == 0) shared.statistics(0, rows.warpgroup)[rows.row + half * 8] = most;
  }
  named_barrier(kMlaConsumers, 256);
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int row = rows.row + half * 8;
    const float most = fmaxf(rows.most[half], fmaxf(shared.statistics(0, 0)[row], shared.statistics(0, 1)[row]));
    const float origin = most == -INFINITY ? 0.f : most * scale_log2;  // a row that sees nothing yet
    shrink[half] = exp2f(rows.most[half] * scale_log2 - origin);
    rows.most[half] = most;
    float sum = 0.f;
#pragma unroll
    for (int j = 0; j < 4; j++) {
      const float p0 = exp2f(s[j * 4 + half * 2] * scale_log2 - origin), p1 = exp2f(s[j * 4 + half * 2 + 1] * scale_log2 - origin);
      sum += p0 + p1;
      const int at = row * kSwizzleRow + ((rows.warpgroup * 4 + j) ^ (row & 7)) * 16 + column * 2;
      *reinterpret_cast<uint32_t*>(shared.weights() + at) = pack_bf16(p0, p1);
    }
    rows.sum[half] = rows.sum[half] * shrink[half] + quad_sum(sum);
  }
}

/** Rows [begin, end) of a stage that hold no key may hold anything; a weight of zero does not silence a NaN. */
__device__ __forceinline__ void mla_clear(const MlaShared& shared, int stage, int begin, int end) {
  const int thread = threadIdx.x - 128, pieces = (end - begin) * 8;
  for (int i = thread; i < pieces * (kMlaLatent / 64); i += 256) {
    const int tile = i / pieces, rest = i % pieces;
    *reinterpret_cast<uint4*>(shared.keys(stage) + tile * MlaShared::kTileBytes + (begin + rest / 8) * kSwizzleRow + rest % 8 * 16) = make_uint4(0, 0, 0, 0);
  }
}

/** Sum += weights (64 x 64) times this warpgroup's 256 columns of the 64 cached rows. */
__device__ __forceinline__ void mla_values(float (&sum)[128], const MlaShared& shared, int stage, int warpgroup, bool fresh) {
  const uint64_t weights = operand(shared.weights());
  const uint64_t values = operand(shared.keys(stage) + warpgroup * 4 * MlaShared::kTileBytes, MlaShared::kTileBytes);
  wgmma_fence();
#pragma unroll
  for (int i = 0; i < 4; i++)
    Wgmma<256>::bf16_transposed(sum, operand_at(weights, i * 32), operand_at(values, i * 2 * kSwizzleAtom), !fresh || i > 0);
  wgmma_commit();
  wgmma_wait<0>(sum);
}

/** Normalises and writes this warpgroup's columns: to the output, or to this share's part where the sequence is cut. */
__device__ __forceinline__ void mla_store(float (&sum)[128], MlaRows& rows, const MlaDecodeArgs& a, const MlaShared& shared, const MlaRun& run, float scale) {
  const int column = (threadIdx.x & 3) * 2, per_sequence = a.queries * a.heads;
  if (column == 0)
    for (int half = 0; half < 2; half++) shared.statistics(1, rows.warpgroup)[rows.row + half * 8] = rows.sum[half];
  named_barrier(kMlaConsumers, 256);
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int row = rows.row + half * 8, global_row = blockIdx.x * kMlaRows + row;
    const bool wanted = global_row < per_sequence;
    const float total = shared.statistics(1, 0)[row] + shared.statistics(1, 1)[row];
    const float factor = total > 0.f ? 1.f / total : 0.f;
    if (run.whole()) {
      bf16* out = a.out + (static_cast<size_t>(run.sequence) * per_sequence + global_row) * kMlaLatent;
#pragma unroll
      for (int j = 0; j < 32; j += 4) {
        uint32_t pairs[4];
#pragma unroll
        for (int i = 0; i < 4; i++) pairs[i] = pack_bf16(sum[(j + i) * 4 + half * 2] * factor, sum[(j + i) * 4 + half * 2 + 1] * factor);
        quad_transpose(pairs);
        if (wanted) *reinterpret_cast<uint4*>(out + rows.warpgroup * 256 + (j + (threadIdx.x & 3)) * 8) = make_uint4(pairs[0], pairs[1], pairs[2], pairs[3]);
      }
    } else if (wanted) {
      const size_t part = static_cast<size_t>(blockIdx.y + run.sequence) * per_sequence + global_row;
      float* out = a.partial + part * kMlaLatent + rows.warpgroup * 256;
#pragma unroll
      for (int j = 0; j < 32; j++)
        *reinterpret_cast<float2*>(out + j * 8 + column) = make_float2(sum[j * 4 + half * 2] * factor, sum[j * 4 + half * 2 + 1] * factor);
      if (rows.warpgroup == 0 && column == 0) a.partial_lse[part] = total > 0.f ? rows.most[half] * scale + logf(total) : -INFINITY;
    }
  }
}

__device__ __forceinline__ void mla_consume(const MlaDecodeArgs& a, const MlaShared& shared, Ring<MlaShared::kStages> ring) {
  const float scale_log2 = a.scale * 1.4426950408889634f;
  RingPosition<MlaShared::kStages> at;
  MlaWalk walk(a.plan, a.batch, a.shares, a.least, blockIdx.y);
  MlaRun run;
  MlaRows rows;
  rows.warpgroup = warp_uniform(threadIdx.x >> 7) - 1;
  rows.row = (threadIdx.x >> 5 & 3) * 16 + (threadIdx.x >> 2 & 7);
  float scores[16], sum[128], shrink[2];
  for (unsigned turn = 0; walk.next(run); turn++) {
    const int length = a.lengths[run.sequence];
#pragma unroll
    for (int half = 0; half < 2; half++) {
      rows.visible[half] = length - a.queries + 1 + min(a.queries - 1, (static_cast<int>(blockIdx.x) * kMlaRows + rows.row + half * 8) / a.heads);
      rows.most[half] = -INFINITY;
      rows.sum[half] = 0.f;
    }
    barrier_wait(shared.query_full(), turn & 1);
    for (int block = run.first; block < run.last; block++, at.advance()) {
      ring.wait_full(at);
      mla_scores(scores, shared, at.stage, rows.warpgroup);
      mla_softmax(scores, rows, shared, block * kMlaKeys, a.first_key, scale_log2, shrink);
      if (length - block * kMlaKeys < kMlaKeys) mla_clear(shared, at.stage, length - block * kMlaKeys, kMlaKeys);
      if (block * kMlaKeys < a.first_key) mla_clear(shared, at.stage, 0, min(kMlaKeys, a.first_key - block * kMlaKeys));
      async_proxy_fence();
      named_barrier(kMlaConsumers, 256);  // the weights are complete
      if (block > run.first && (shrink[0] != 1.f || shrink[1] != 1.f)) {
#pragma unroll
        for (int i = 0; i < 128; i++) sum[i] *= shrink[i >> 1 & 1];
      }
      mla_values(sum, shared, at.stage, rows.warpgroup, block == run.first);
      ring.release(at.stage);
    }
    __syncwarp();
    if ((threadIdx.x & 31) == 0) barrier_arrive(shared.query_empty());
    mla_store(sum, rows, a, shared, run, a.scale);
  }
}
#endif
