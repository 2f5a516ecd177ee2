// Rows on their way into the tensor cores and out: rounded to BF16, or to e4m3 with a scale for each 128 values, and back.
#include "rows.cuh"

constexpr int kNarrowBlock = 128, kNarrowThreads = 256;
constexpr float kLargestE4m3 = 448.f;

template <class T> struct NarrowArgs {
  const T* x;
  const int* sources;  // y's row i comes from x's row sources[i]; null: from row i
  const int* live;     // rows from *live on become zeros; null: all live
  void* y;             // [blocks of the grid][width]
  float* scales;       // e4m3: [ceil(width / 128)][scale_pitch]
  long long scale_pitch;
  int width;
};
template <class T> __device__ __forceinline__ const T* narrow_source(const NarrowArgs<T>& a) {
  const int row = blockIdx.x;
  if (a.live && row >= *a.live) return nullptr;
  return a.x + static_cast<long long>(a.sources ? a.sources[row] : row) * a.width;
}
/** A row of `width` values, computed one by one as they are asked for, rounded to BF16 by a block. */
template <class Value> __device__ __forceinline__ void narrow_row(const Value& value, bf16* y, int width) {
  for (int i = threadIdx.x; i < width; i += kNarrowThreads) y[i] = __float2bfloat16(value(i));
}
/** The same to e4m3, a warp for each 128 values: their largest magnitude becomes 448. What is not finite stays so. */
template <class Value> __device__ __forceinline__ void narrow_row(const Value& value, fp8_e4m3* y, float* scales, long long pitch, int width) {
  const int lane = threadIdx.x % 32, blocks = (width + kNarrowBlock - 1) / kNarrowBlock;
  for (int block = threadIdx.x / 32; block < blocks; block += kNarrowThreads / 32) {
    float v[kNarrowBlock / 32], most = 0.f;
#pragma unroll
    for (int i = 0; i < kNarrowBlock / 32; i++) {
      const int at = block * kNarrowBlock + i * 32 + lane;
      v[i] = at < width ? value(at) : 0.f;
      most = fmaxf(most, fabsf(v[i]));
    }
    for (int step = 16; step; step /= 2) most = fmaxf(most, __shfl_xor_sync(kAllLanes, most, step));
    const float scale = most > 0.f ? most / kLargestE4m3 : 1.f;
#pragma unroll
    for (int i = 0; i < kNarrowBlock / 32; i++) {
      const int at = block * kNarrowBlock + i * 32 + lane;
      if (at < width) y[at] = __nv_cvt_float_to_fp8(v[i] / scale, __NV_SATFINITE, __NV_E4M3);
    }
    if (lane == 0) scales[block * pitch + blockIdx.x] = scale;
  }
}
/** Where this block's row goes. */
template <class T> __device__ __forceinline__ T* row_of(void* y, int width) {
  return static_cast<T*>(y) + static_cast<long long>(blockIdx.x) * width;
}

/** One block a row. */
KERNEL(narrow_bf16, 256, NarrowArgs<float>) {
  const float* x = narrow_source(a);
  narrow_row([&](int i) { return x ? x[i] : 0.f; }, row_of<bf16>(a.y, a.width), a.width);
}
/** One block a row. */
KERNEL(narrow_e4m3, 256, NarrowArgs<float>) {
  const float* x = narrow_source(a);
  narrow_row([&](int i) { return x ? x[i] : 0.f; }, row_of<fp8_e4m3>(a.y, a.width), a.scales, a.scale_pitch, a.width);
}
/** One block a row. */
KERNEL(narrow_bf16_e4m3, 256, NarrowArgs<bf16>) {
  const bf16* x = narrow_source(a);
  narrow_row([&](int i) { return x ? __bfloat162float(x[i]) : 0.f; }, row_of<fp8_e4m3>(a.y, a.width), a.scales, a.scale_pitch, a.width);
}

struct SwigluNarrowArgs {
  const bf16* both;  // rows of gate, then up
  const int* live;   // rows from *live on become zeros; null: all live
  void* y;
  float* scales;
  long long scale_pitch;
  int width;
};
/** gate / (1 + exp(-gate)) * up of a row, as `swiglu` computes it. */
struct Gated {
  const bf16* gate;
  int width;
  bool live;
  __device__ __forceinline__ explicit Gated(const SwigluNarrowArgs& a)
      : gate(a.both + static_cast<long long>(blockIdx.x) * 2 * a.width), width(a.width), live(!a.live || static_cast<int>(blockIdx.x) < *a.live) {}
  __device__ __forceinline__ float operator()(int i) const {
    if (!live) return 0.f;
    const float g = __bfloat162float(gate[i]);
    return g / (1.f + expf(-g)) * __bfloat162float(gate[width + i]);
  }
};
/** One block a row. */
KERNEL(swiglu_narrow_bf16, 256, SwigluNarrowArgs) { narrow_row(Gated(a), row_of<bf16>(a.y, a.width), a.width); }
/** One block a row. */
KERNEL(swiglu_narrow_e4m3, 256, SwigluNarrowArgs) {
  narrow_row(Gated(a), row_of<fp8_e4m3>(a.y, a.width), a.scales, a.scale_pitch, a.width);
}

struct NormNarrowArgs {
  const float* x;
  const float* weight;
  void* y;
  float* scales;
  long long scale_pitch;
  int width;
  float eps;
};
/** x / sqrt(mean(x^2) + eps) * weight of a row, as `rms_norm` computes it. */
struct Normed {
  const float *x, *weight;
  float scale;
  __device__ __forceinline__ Normed(const NormNarrowArgs& a, float (&parts)[8])
      : x(a.x + static_cast<long long>(blockIdx.x) * a.width), weight(a.weight) {
    float sum = 0;
    for (int i = threadIdx.x; i < a.width; i += 256) sum = fmaf(x[i], x[i], sum);
    scale = 1.f / sqrtf(block_sum(sum, parts) / static_cast<float>(a.width) + a.eps);
  }
  __device__ __forceinline__ float operator()(int i) const { return x[i] * scale * weight[i]; }
};
struct NormParts {
  float of[8];
};
/** One block a row. */
KERNEL(norm_narrow_bf16, 256, NormNarrowArgs) {
  SHARED(NormParts, parts);
  narrow_row(Normed(a, parts.of), row_of<bf16>(a.y, a.width), a.width);
}
/** One block a row. */
KERNEL(norm_narrow_e4m3, 256, NormNarrowArgs) {
  SHARED(NormParts, parts);
  narrow_row(Normed(a, parts.of), row_of<fp8_e4m3>(a.y, a.width), a.scales, a.scale_pitch, a.width);
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
