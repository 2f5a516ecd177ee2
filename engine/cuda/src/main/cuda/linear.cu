#include "linear.cuh"

/** Pitches in elements; batches (heads) lie along grid z. */
struct LinearArgs {
  const float* x;
  const void* w;
  const float* scales;  // of an e4m3 matrix
  float* y;
  long long x_pitch, x_batch, w_pitch, w_row, w_batch_rows, y_pitch, y_batch;  // w_row: the first batch's first row of w
  int rows, outs, depth;
  int accumulate;  // 1: y += x w
};

template <class W> __device__ __forceinline__ void linear(const LinearArgs& a, LinearTile& tile) {
  const long long batch = blockIdx.z;
  linear_tile(tile, a.x + batch * a.x_batch, a.x_pitch, Weights<W>(a.w, a.scales, a.w_pitch), a.w_row + batch * a.w_batch_rows,
              a.y + batch * a.y_batch, a.y_pitch, a.rows, a.outs, a.depth, blockIdx.y * kLinearRows, blockIdx.x * kLinearOuts,
              a.accumulate != 0, [](int row) { return static_cast<long>(row); });
}
/** Grid: x = 64 outputs, y = 32 rows, z = batch. */
KERNEL(linear_f32, 128, LinearArgs) {
  SHARED(LinearTile, tile);
  linear<float>(a, tile);
}
KERNEL(linear_bf16, 128, LinearArgs) {
  SHARED(LinearTile, tile);
  linear<bf16>(a, tile);
}

KERNEL(linear_e4m3, 128, LinearArgs) {
  SHARED(LinearTile, tile);
  linear<fp8_e4m3>(a, tile);
}

/** Products of groups of rows, each with its own matrix; groups and their sizes are read on the device. */
struct GroupedLinearArgs {
  const float* x;
  const void* w;        // [slots][outs][depth]
  const float* scales;  // of an e4m3 matrix
  float* y;             // [sum of counts][outs], in the order of the groups
  const int* counts;    // [groups]
  const int* starts;    // [groups] rows before each group
  const int* slots;     // [groups] which matrix, -1 if it is not held
  const int* sources;   // [sum of counts] rows of x; null: row i of y comes from row i of x
  int groups, outs, depth;
};
template <class W> __device__ __forceinline__ void grouped_linear(const GroupedLinearArgs& a, LinearTile& tile) {
  const int group = blockIdx.z, count = a.counts[group], first = blockIdx.y * kLinearRows;
  if (first >= count || a.slots[group] < 0) return;
  const int start = a.starts[group];
  const long w_row = static_cast<long>(a.slots[group]) * a.outs;
  linear_tile(tile, a.x, a.depth, Weights<W>(a.w, a.scales, a.depth), w_row, a.y + static_cast<long long>(start) * a.outs, a.outs, count, a.outs, a.depth,
              first, blockIdx.x * kLinearOuts, false,
              [&](int row) { return static_cast<long>(a.sources ? a.sources[start + row] : start + row); });
}
/** Grid: x = 64 outputs, y = 32 rows of a group, z = groups. */
KERNEL(grouped_linear_f32, 128, GroupedLinearArgs) {
  SHARED(LinearTile, tile);
  grouped_linear<float>(a, tile);
}
KERNEL(grouped_linear_bf16, 128, GroupedLinearArgs) {
  SHARED(LinearTile, tile);
  grouped_linear<bf16>(a, tile);
}
KERNEL(grouped_linear_e4m3, 128, GroupedLinearArgs) {
  SHARED(LinearTile, tile);
  grouped_linear<fp8_e4m3>(a, tile);
}
