// Hopper's own instructions behind small functions: barriers in shared memory, bulk tensor copies (TMA), named barriers,
// registers moved between warpgroups. nvcc sees inline PTX; the stand-in driver's compiler sees an emulation with the same
// names and meaning. Kernels that include this exist for sm_90a only: guard them with `#if GUILDHALL_HOPPER`.
#pragma once
#include "../device.cuh"

#if defined(GUILDHALL_STANDIN)
#define GUILDHALL_HOPPER 1
#include "standin/hopper.h"
#else
/** What cuTensorMapEncodeTiled wrote on the host; always part of a kernel's argument struct, never in global memory. */
struct alignas(64) TensorMap {
  unsigned long long opaque[16];
};
#endif

#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define GUILDHALL_HOPPER 1
#include <cstdint>

__device__ __forceinline__ uint32_t shared_address(const void* p) { return static_cast<uint32_t>(__cvta_generic_to_shared(p)); }

// ---- mbarrier: a phase ends when all arrivals came and all announced bytes have landed ----

__device__ __forceinline__ void barrier_init(uint64_t* barrier, unsigned arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)), "r"(arrivals) : "memory");
}
/** Makes initialised barriers known to the copy engine; a block-wide barrier must follow. */
__device__ __forceinline__ void barrier_init_fence() { asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory"); }
__device__ __forceinline__ void barrier_arrive(uint64_t* barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(barrier)) : "memory");
}
/** Arrives and announces bytes that bulk copies will complete. */
__device__ __forceinline__ void barrier_arrive_expect(uint64_t* barrier, unsigned bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(barrier)), "r"(bytes) : "memory");
}
/** Waits for the end of the phase of this parity; returns at once if it has ended. */
__device__ __forceinline__ void barrier_wait(uint64_t* barrier, unsigned parity) {
  asm volatile(
      "{\n.reg .pred done;\nagain:\nmbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n@!done bra again;\n}"
      ::"r"(shared_address(barrier)), "r"(parity)
      : "memory");
}

// ---- copies and orders between the proxies ----

/** Copies a box at (column, row) of a tensor to shared memory; elements outside the tensor arrive as zeros. */
__device__ __forceinline__ void tensor_load(void* to, const TensorMap& map, int column, int row, uint64_t* barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%3, %4}], [%2];"
      ::"r"(shared_address(to)), "l"(&map), "r"(shared_address(barrier)), "r"(column), "r"(row)
      : "memory");
}
__device__ __forceinline__ void tensor_prefetch(const TensorMap& map) {
  asm volatile("prefetch.tensormap [%0];" ::"l"(&map) : "memory");
}
/** Ordinary writes to shared memory before this are seen by wgmma and bulk copies after it. */
__device__ __forceinline__ void async_proxy_fence() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

// ---- groups of warps ----

/** Waits until `threads` threads (a multiple of 32) have come to the named barrier `id` (1..15). */
__device__ __forceinline__ void named_barrier(int id, int threads) { asm volatile("bar.sync %0, %1;" ::"r"(id), "r"(threads) : "memory"); }
/** Gives registers back or takes more; by all warps of a warpgroup, total within the launch's. */
template <int N> __device__ __forceinline__ void registers_down() { asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(N)); }
template <int N> __device__ __forceinline__ void registers_up() { asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(N)); }
#endif

#if GUILDHALL_HOPPER
/** A value that all lanes of a warp have, told to the compiler: descriptors made from it then live in uniform registers. */
__device__ __forceinline__ int warp_uniform(int v) { return __shfl_sync(0xffffffffu, v, 0); }
#endif
