// Work on one row at a time: embedding, gathering, norm, gated activation.
#include "linear.cuh"
#include "rows.cuh"

struct EmbedArgs {
  const int* tokens;
  const void* table;
  float* x;
  int width;
};
/** One block a token. */
KERNEL(embed_f32, 256, EmbedArgs) {
  const float* row = static_cast<const float*>(a.table) + static_cast<long long>(a.tokens[blockIdx.x]) * a.width;
  for (int i = threadIdx.x; i < a.width; i += blockDim.x) a.x[static_cast<long long>(blockIdx.x) * a.width + i] = row[i];
}
KERNEL(embed_bf16, 256, EmbedArgs) {
  const bf16* row = static_cast<const bf16*>(a.table) + static_cast<long long>(a.tokens[blockIdx.x]) * a.width;
  for (int i = threadIdx.x; i < a.width; i += blockDim.x)
    a.x[static_cast<long long>(blockIdx.x) * a.width + i] = widen(row[i]);
}

struct GatherArgs {
  const float* from;
  const int* rows;
  float* to;
  int width;
};
/** Row i becomes row rows[i] of `from`; one block a row. */
KERNEL(gather_rows, 256, GatherArgs) {
  const float* from = a.from + static_cast<long long>(a.rows[blockIdx.x]) * a.width;
  for (int i = threadIdx.x; i < a.width; i += blockDim.x) a.to[static_cast<long long>(blockIdx.x) * a.width + i] = from[i];
}

struct NormArgs {
  const float* x;
  const float* weight;
  float* y;
  long long x_pitch, y_pitch;
  int width;
  float eps;
};
/** y = x / sqrt(mean(x^2) + eps) * weight; one block of 256 a row; in place if x and y are the same. */
KERNEL(rms_norm, 256, NormArgs) {
  struct Parts {
    float of[8];
  };
  SHARED(Parts, parts);
  const float* x = a.x + blockIdx.x * a.x_pitch;
  float* y = a.y + blockIdx.x * a.y_pitch;
  float sum = 0;
  for (int i = threadIdx.x; i < a.width; i += 256) sum = fmaf(x[i], x[i], sum);
  const float scale = 1.f / sqrtf(block_sum(sum, parts.of) / static_cast<float>(a.width) + a.eps);
  for (int i = threadIdx.x; i < a.width; i += 256) y[i] = x[i] * scale * a.weight[i];
}

struct SwigluArgs {
  const float* both;  // rows of gate, then up
  float* y;
  const int* rows;    // how many rows there are, read on the device; null: as many as blocks
  int width;
};
/** y = gate / (1 + exp(-gate)) * up; one block a row. */
KERNEL(swiglu, 256, SwigluArgs) {
  if (a.rows && static_cast<int>(blockIdx.x) >= *a.rows) return;
  const float* gate = a.both + static_cast<long long>(blockIdx.x) * 2 * a.width;
  for (int i = threadIdx.x; i < a.width; i += blockDim.x) {
    const float g = gate[i];
    a.y[static_cast<long long>(blockIdx.x) * a.width + i] = g / (1.f + expf(-g)) * gate[a.width + i];
  }
}
