// What kernels on rows share.
#pragma once
#include "device.cuh"

/** The sum over the threads of a block of 256, the same bits for every thread. */
__device__ __forceinline__ float block_sum(float v, float (&parts)[8]) {
  for (int step = 16; step; step /= 2) v += __shfl_xor_sync(kAllLanes, v, step);
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = v;
  __syncthreads();
  float sum = 0;
  for (int i = 0; i < 8; i++) sum += parts[i];
  return sum;
}
