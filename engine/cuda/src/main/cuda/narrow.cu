// Rows on their way into the tensor cores and out: rounded to BF16, or to e4m3 with a scale for each 128 values, and back.
#include "device.cuh"

constexpr int kNarrowBlock = 128, kNarrowThreads = 256;
constexpr float kLargestE4m3 = 448.f;

struct NarrowArgs {
  const float* x;
  const int* sources;  // y's row i comes from x's row sources[i]; null: from row i
  const int* live;     // rows from *live on become zeros; null: all live
  void* y;             // [blocks of the grid][width]
  float* scales;       // e4m3: [ceil(width / 128)][scale_pitch]
  long long scale_pitch;
  int width;
};
__device__ __forceinline__ const float* narrow_source(const NarrowArgs& a) {
  const int row = blockIdx.x;
  if (a.live && row >= *a.live) return nullptr;
  return a.x + static_cast<long long>(a.sources ? a.sources[row] : row) * a.width;
}
/** One block a row. */
KERNEL(narrow_bf16, 256, NarrowArgs) {
  const float* x = narrow_source(a);
  bf16* y = static_cast<bf16*>(a.y) + static_cast<long long>(blockIdx.x) * a.width;
  for (int i = threadIdx.x; i < a.width; i += kNarrowThreads) y[i] = __float2bfloat16(x ? x[i] : 0.f);
}
/** One block a row, a warp for each 128 values: their largest magnitude becomes 448. What is not finite stays so. */
KERNEL(narrow_e4m3, 256, NarrowArgs) {
  const float* x = narrow_source(a);
  fp8_e4m3* y = static_cast<fp8_e4m3*>(a.y) + static_cast<long long>(blockIdx.x) * a.width;
  const int lane = threadIdx.x % 32, blocks = (a.width + kNarrowBlock - 1) / kNarrowBlock;
  for (int block = threadIdx.x / 32; block < blocks; block += kNarrowThreads / 32) {
    float v[kNarrowBlock / 32], most = 0.f;
#pragma unroll
    for (int i = 0; i < kNarrowBlock / 32; i++) {
      const int at = block * kNarrowBlock + i * 32 + lane;
      v[i] = x && at < a.width ? x[at] : 0.f;
      most = fmaxf(most, fabsf(v[i]));
    }
    for (int step = 16; step; step /= 2) most = fmaxf(most, __shfl_xor_sync(kAllLanes, most, step));
    const float scale = most > 0.f ? most / kLargestE4m3 : 1.f;
#pragma unroll
    for (int i = 0; i < kNarrowBlock / 32; i++) {
      const int at = block * kNarrowBlock + i * 32 + lane;
      if (at < a.width) y[at] = __nv_cvt_float_to_fp8(v[i] / scale, __NV_SATFINITE, __NV_E4M3);
    }
    if (lane == 0) a.scales[block * a.scale_pitch + blockIdx.x] = scale;
  }
}

struct WidenArgs {
  const bf16* x;
  const int* live;  // rows from *live on are left alone; null: all live
  float* y;
  int width;
  int accumulate;  // 1: y += x
};
/** One block a row. */
KERNEL(widen_rows, 256, WidenArgs) {
  if (a.live && static_cast<int>(blockIdx.x) >= *a.live) return;
  const long long row = static_cast<long long>(blockIdx.x) * a.width;
  for (int i = threadIdx.x; i < a.width; i += kNarrowThreads) {
    const float v = __bfloat162float(a.x[row + i]);
    a.y[row + i] = a.accumulate ? a.y[row + i] + v : v;
  }
}

struct HeldGroupsArgs {
  const int* counts;  // [experts]
  const int* starts;
  const int* slots;  // [experts] -1 if an expert is not held
  int* held_counts;  // [slots]
  int* held_starts;
  int experts;
};
/** Rows of experts in the order of their slots; one block. */
KERNEL(held_groups, 256, HeldGroupsArgs) {
  for (int e = threadIdx.x; e < a.experts; e += kNarrowThreads) {
    if (a.slots[e] < 0) continue;
    a.held_counts[a.slots[e]] = a.counts[e];
    a.held_starts[a.slots[e]] = a.starts[e];
  }
}
