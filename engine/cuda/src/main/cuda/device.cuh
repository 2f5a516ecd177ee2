// The device vocabulary that all kernels are written in. nvcc sees CUDA; the stand-in driver's host compiler sees the same names
// from standin/include. A kernel takes ONE struct by value, `a`: the host packs it as one block of bytes and checks its size.
#pragma once
#ifdef GUILDHALL_STANDIN
#include "standin/device.h"
#else
#include <cuda_bf16.h>
#include <cuda_fp8.h>

#include <cstdint>

#define KERNEL(name, max_threads, Args) extern "C" __global__ void __launch_bounds__(max_threads) name(const __grid_constant__ Args a)
/** Shared memory of a size that the host passes; aligned for bulk copies in the 128-byte swizzle. */
#define DYNAMIC_SHARED(name) extern __shared__ __align__(1024) unsigned char name[]
/** One `Type` shared by the threads of a block, undefined at the start. */
#define SHARED(Type, name) __shared__ Type name
#endif

typedef __nv_bfloat16 bf16;
typedef __nv_fp8_storage_t fp8_e4m3;

#ifdef GUILDHALL_STANDIN
static inline float widen_e4m3(fp8_e4m3 v) { return standin::e4m3_value(v); }
#else
__device__ __forceinline__ float widen_e4m3(fp8_e4m3 v) { return __half2float(__half(__nv_cvt_fp8_to_halfraw(v, __NV_E4M3))); }
#endif

constexpr unsigned kAllLanes = 0xffffffffu;
