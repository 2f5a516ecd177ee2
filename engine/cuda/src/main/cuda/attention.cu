// Multi-head latent attention in its absorbed form over the paged latent cache, in float32; what prepares it is there in BF16
// too, for Hopper's attention. A row of the cache holds the normalised latent, then the rotated key that all heads share.
#include "rotary.cuh"
#include "rows.cuh"

/** Where the tokens of a step are; row r's pages begin at page_table[r * page_pitch]. */
struct Places {
  const int* positions;  // -1: a row that only fills up a batch
  const int* page_table;
  int page_pitch, page_tokens;
};
__device__ __forceinline__ long long cache_row(const Places& p, int row, int position) {
  return static_cast<long long>(p.page_table[static_cast<long long>(row) * p.page_pitch + position / p.page_tokens]) * p.page_tokens +
         position % p.page_tokens;
}
template <class T> struct AppendArgs {
  Places at;
  const float* kv;         // rows x (rank + rope)
  const float* weight;     // norm of the latent
  const float* rotations;  // rows x rope
  T* cache;                // this layer's pages
  int rank, rope;
  float eps;
};
struct AppendParts {
  float of[8];
};
template <class T> __device__ __forceinline__ void append_row(const AppendArgs<T>& a, AppendParts& parts) {
  const int row = blockIdx.x, position = a.at.positions[row], width = a.rank + a.rope;
  if (position < 0) return;
  const float* kv = a.kv + static_cast<long long>(row) * width;
  T* to = a.cache + cache_row(a.at, row, position) * width;
  float sum = 0;
  for (int i = threadIdx.x; i < a.rank; i += 256) sum = fmaf(kv[i], kv[i], sum);
  const float scale = 1.f / sqrtf(block_sum(sum, parts.of) / static_cast<float>(a.rank) + a.eps);
  for (int i = threadIdx.x; i < a.rank; i += 256) put(to[i], kv[i] * scale * a.weight[i]);
  for (int i = threadIdx.x; i < a.rope / 2; i += 256) {
    const float2 pair = rotated(kv + a.rank, a.rotations + static_cast<long long>(row) * a.rope, i);
    put(to[a.rank + 2 * i], pair.x);
    put(to[a.rank + 2 * i + 1], pair.y);
  }
}
/** Normalises the latent, rotates the key and writes both to the cache; one block of 256 a row. */
KERNEL(append_latent, 256, AppendArgs<float>) {
  SHARED(AppendParts, parts);
  append_row(a, parts);
}
KERNEL(append_latent_bf16, 256, AppendArgs<bf16>) {
  SHARED(AppendParts, parts);
  append_row(a, parts);
}

template <class T> struct RopeQueryArgs {
  const T* queries;  // rows x heads x head size
  const float* rotations;
  T* latent;         // rows x heads x (rank + rope): the last part is written
  int heads, nope, rope, rank;
};
template <class T> __device__ __forceinline__ void rope_row(const RopeQueryArgs<T>& a) {
  const int row = blockIdx.x, pairs = a.rope / 2;
  for (int i = threadIdx.x; i < a.heads * pairs; i += 128) {
    const long long head = static_cast<long long>(row) * a.heads + i / pairs;
    const float2 pair = rotated(a.queries + head * (a.nope + a.rope) + a.nope, a.rotations + static_cast<long long>(row) * a.rope,
                                i % pairs);
    T* to = a.latent + head * (a.rank + a.rope) + a.rank + i % pairs * 2;
    put(to[0], pair.x);
    put(to[1], pair.y);
  }
}
/** One block a row. */
KERNEL(rope_queries, 128, RopeQueryArgs<float>) { rope_row(a); }
KERNEL(rope_queries_bf16, 128, RopeQueryArgs<bf16>) { rope_row(a); }

constexpr int kSplitKeys = 256;  // borders lie at multiples of this in a sequence, whatever else is in the batch
constexpr int kTileKeys = 16, kAttendHeads = 4, kMaxRank = 512;

struct AttendArgs {
  Places at;
  const float* queries;  // rows x heads x width, rotated
  const float* cache;
  float* parts;          // rows x heads x splits x (rank + 2): weighted sum, largest score, sum of weights
  float* out;            // rows x heads x rank
  int heads, rank, width, splits, first_key;
  float scale;
};
/** Grid: x = 4 heads, y = splits of 256 keys, z = rows; a warp a head. Dynamic shared memory: (16 + 4) x width + 64 floats. */
KERNEL(attend_split, 128, AttendArgs) {
  DYNAMIC_SHARED(shared);
  float* keys = reinterpret_cast<float*>(shared);
  float* queries = keys + kTileKeys * a.width;
  float* weights = queries + kAttendHeads * a.width;
  const int row = blockIdx.z, split = blockIdx.y, warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  const int head = blockIdx.x * kAttendHeads + warp, position = a.at.positions[row];
  const int begin = max(split * kSplitKeys, a.first_key), end = min((split + 1) * kSplitKeys, position + 1);
  if (split * kSplitKeys > position) return;
  for (int i = threadIdx.x; i < kAttendHeads * a.width; i += 128) {
    const int h = blockIdx.x * kAttendHeads + i / a.width;
    queries[i] = h < a.heads ? a.queries[(static_cast<long long>(row) * a.heads + h) * a.width + i % a.width] : 0.f;
  }
  float most = -INFINITY, sum = 0, out[kMaxRank / 32] = {};
  for (int tile = split * kSplitKeys; tile < end; tile += kTileKeys) {
    __syncthreads();
    for (int i = threadIdx.x; i < kTileKeys * a.width; i += 128) {
      const int key = tile + i / a.width;
      keys[i] = key >= begin && key < end ? a.cache[cache_row(a.at, row, key) * a.width + i % a.width] : 0.f;
    }
    __syncthreads();
    // Lane l has key l % 16 and one half of its values.
    const int key = lane % kTileKeys, half = a.width / 2, from = lane / kTileKeys * half;
    float score = 0;
    for (int i = from; i < from + half; i++) score = fmaf(queries[warp * a.width + i], keys[key * a.width + i], score);
    score += __shfl_xor_sync(kAllLanes, score, kTileKeys);
    score = tile + key >= begin && tile + key < end ? score * a.scale : -INFINITY;
    float best = score;
    for (int step = 8; step; step /= 2) best = fmaxf(best, __shfl_xor_sync(kAllLanes, best, step));
    best = fmaxf(best, most);
    if (best == -INFINITY) continue;  // the whole tile lies before the first key, for every lane
    const float weight = expf(score - best), shrink = expf(most - best);
    if (lane < kTileKeys) weights[warp * kTileKeys + key] = weight;
    __syncwarp();
    sum *= shrink;
    for (int k = 0; k < kTileKeys; k++) sum += weights[warp * kTileKeys + k];
#pragma unroll
    for (int j = 0; j < kMaxRank / 32; j++) {
      const int i = j * 32 + lane;
      if (i >= a.rank) break;
      float v = out[j] * shrink;
      for (int k = 0; k < kTileKeys; k++) v = fmaf(weights[warp * kTileKeys + k], keys[k * a.width + i], v);
      out[j] = v;
    }
    most = best;
    __syncwarp();
  }
  if (head >= a.heads) return;
  float* part = a.parts + ((static_cast<long long>(row) * a.heads + head) * a.splits + split) * (a.rank + 2);
#pragma unroll
  for (int j = 0; j < kMaxRank / 32; j++)
    if (j * 32 + lane < a.rank) part[j * 32 + lane] = out[j];
  if (lane == 0) {
    part[a.rank] = most;
    part[a.rank + 1] = sum;
  }
}
/** Grid: x = heads, y = rows: joins the splits. */
KERNEL(attend_merge, 128, AttendArgs) {
  const int head = blockIdx.x, row = blockIdx.y, position = a.at.positions[row];
  const long long at = static_cast<long long>(row) * a.heads + head;
  const float* parts = a.parts + at * a.splits * (a.rank + 2);
  const int splits = position < 0 ? 0 : position / kSplitKeys + 1;
  float most = -INFINITY, sum = 0;
  for (int s = 0; s < splits; s++) most = fmaxf(most, parts[s * (a.rank + 2) + a.rank]);
  for (int s = 0; s < splits; s++) {
    const float* part = parts + s * (a.rank + 2);
    sum = fmaf(expf(part[a.rank] - most), part[a.rank + 1], sum);
  }
  for (int i = threadIdx.x; i < a.rank; i += 128) {
    float v = 0;
    for (int s = 0; s < splits; s++) v = fmaf(expf(parts[s * (a.rank + 2) + a.rank] - most), parts[s * (a.rank + 2) + i], v);
    a.out[at * a.rank + i] = splits ? v / sum : 0.f;
  }
}
