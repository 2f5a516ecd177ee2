// wgmma: D[64 x N] (+)= A[64 x K] B[N x K]^T by the four warps of a warpgroup, operands in shared memory through descriptors,
// sums in registers: thread t holds d[4j + r] = D[16 (t / 32) + t % 32 / 4 + 8 (r / 2)][8j + 2 (t % 4) + r % 2].
#pragma once
#include "hopper.cuh"

#if GUILDHALL_HOPPER
/** Bytes of a swizzled row, and of the eight rows that make its pattern. */
constexpr int kSwizzleRow = 128;
constexpr int kSwizzleAtom = 1024;

/**
 * Describes an operand stored as rows of 128 bytes in the 128-byte swizzle, as tensor_load leaves it.
 * K along the row: the next eight rows follow at 1024 bytes, K advances by adding bytes to the address.
 * K across rows (transposed B): `next_columns` bytes lead to the next 64 columns, 1024 bytes to the next eight rows.
 */
__device__ __forceinline__ uint64_t operand(const void* p, uint32_t next_columns = 16) {
  const uint64_t address = shared_address(p);
  return (address >> 4 & 0x3fff) | static_cast<uint64_t>(next_columns >> 4) << 16 |
         static_cast<uint64_t>(kSwizzleAtom >> 4) << 32 | 1ull << 62;
}
/** The descriptor's address moved by a multiple of 16 bytes. */
__device__ __forceinline__ uint64_t operand_at(uint64_t descriptor, uint32_t bytes) { return descriptor + (bytes >> 4); }
#endif

#if GUILDHALL_HOPPER && !defined(GUILDHALL_STANDIN)
/** Before the first wgmma of a batch: earlier accesses to its registers are done. */
__device__ __forceinline__ void wgmma_fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ __forceinline__ void wgmma_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }
/** Until at most `kPending` committed batches still run; `d` may be read after, if its batch is not among them. */
template <int kPending, int N> __device__ __forceinline__ void wgmma_wait(float (&d)[N]) {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(kPending) : "memory");
#pragma unroll
  for (int i = 0; i < N; i++) asm volatile("" : "+f"(d[i])::"memory");  // keeps the compiler from reading d earlier
}

/** One instruction of width N (columns of D). `accumulate` 0: D is overwritten. */
template <int N> struct Wgmma;

#define GH_R4 "%0, %1, %2, %3"
#define GH_R8 GH_R4 ", %4, %5, %6, %7"
#define GH_R16 GH_R8 ", %8, %9, %10, %11, %12, %13, %14, %15"
#define GH_R32 GH_R16 ", %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define GH_R64 GH_R32 ", %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47" \
  ", %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define GH_R96 GH_R64 ", %64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79" \
  ", %80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95"
#define GH_R128 GH_R96 ", %96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111" \
  ", %112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"
#define GH_D4(i) "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3])
#define GH_D8(i) GH_D4(i), GH_D4((i) + 4)
#define GH_D16(i) GH_D8(i), GH_D8((i) + 8)
#define GH_D32(i) GH_D16(i), GH_D16((i) + 16)
#define GH_D64(i) GH_D32(i), GH_D32((i) + 32)
#define GH_D96(i) GH_D64(i), GH_D32((i) + 64)
#define GH_D128(i) GH_D64(i), GH_D64((i) + 64)
#define GH_WGMMA(name, regs, operands, count, a_index, b_index, p_index, shape, tail)                             \
  static __device__ __forceinline__ void name(float (&d)[count], uint64_t a, uint64_t b, int accumulate) {      \
    asm volatile("{.reg .pred p; setp.ne.b32 p, " p_index ", 0; wgmma.mma_async.sync.aligned." shape " {" regs \
                 "}, " a_index ", " b_index ", p, 1, 1" tail ";}"                                                \
                 : operands                                                                                      \
                 : "l"(a), "l"(b), "r"(accumulate));                                                             \
  }
// bf16: both operands with K along the row. bf16_transposed: B with K across rows. e4m3: K along the row, 32 at a time.
#define GH_WIDTH(n, count, a_index, b_index, p_index)                                                            \
  template <> struct Wgmma<n> {                                                                                  \
    GH_WGMMA(bf16, GH_R##count, GH_D##count(0), count, a_index, b_index, p_index,                                \
             "m64n" #n "k16.f32.bf16.bf16", ", 0, 0")                                                            \
    GH_WGMMA(bf16_transposed, GH_R##count, GH_D##count(0), count, a_index, b_index, p_index,                     \
             "m64n" #n "k16.f32.bf16.bf16", ", 0, 1")                                                            \
    GH_WGMMA(e4m3, GH_R##count, GH_D##count(0), count, a_index, b_index, p_index,                                \
             "m64n" #n "k32.f32.e4m3.e4m3", "")                                                                  \
  };
GH_WIDTH(8, 4, "%4", "%5", "%6")
GH_WIDTH(16, 8, "%8", "%9", "%10")
GH_WIDTH(32, 16, "%16", "%17", "%18")
GH_WIDTH(64, 32, "%32", "%33", "%34")
GH_WIDTH(128, 64, "%64", "%65", "%66")
GH_WIDTH(192, 96, "%96", "%97", "%98")
GH_WIDTH(256, 128, "%128", "%129", "%130")
#endif
