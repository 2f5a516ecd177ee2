// The tensor cores of Ampere and Ada (sm_80 and newer), a warp at a time, and copies to shared memory that threads start and
// wait for. nvcc sees inline PTX; the stand-in driver's compiler sees an emulation with the same names and meaning.
#pragma once
#include "../device.cuh"

// Whether the tensor cores take e4m3 themselves (sm_89); others get the same values as BF16, which holds them all.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 890
#define GUILDHALL_FP8_MMA 1
#elif !defined(GUILDHALL_FP8_MMA)
#define GUILDHALL_FP8_MMA 0
#endif

#ifndef GUILDHALL_STANDIN
/** Starts copying 16 bytes, of which the first `filled` come from memory and the rest are zero. */
__device__ __forceinline__ void cp_async16(uint32_t to, const void* from, unsigned filled) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(filled) : "memory");
}
__device__ __forceinline__ void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
/** Until at most `kPending` of this thread's groups still run. */
template <int kPending> __device__ __forceinline__ void cp_async_wait() { asm volatile("cp.async.wait_group %0;" ::"n"(kPending) : "memory"); }

/** Four matrices of 8 rows of 16 bytes: lane 8 m + r names row r of matrix m, lane l gets 4 bytes at 4 (l % 4) of each row l / 4. */
__device__ __forceinline__ void ldmatrix_x4(uint32_t (&r)[4], uint32_t address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(address)
               : "memory");
}
/** D[16 x 8] += A[16 x 16] B[16 x 8] in BF16. */
__device__ __forceinline__ void mma_m16n8k16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#if GUILDHALL_FP8_MMA
/** D[16 x 8] += A[16 x 32] B[32 x 8] in e4m3. */
__device__ __forceinline__ void mma_m16n8k32_e4m3(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile("mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif
#endif

/** 32 bytes of K of A's 16 rows and of B's 8, each as ldmatrix leaves them. */
struct MmaLeft {
  uint32_t of[4];
};
struct MmaRight {
  uint32_t of[2];
};

#if !GUILDHALL_FP8_MMA
/** Two neighbouring e4m3 of four, as BF16 side by side. */
__device__ __forceinline__ uint32_t widen_pair(uint32_t four, int pair) {
  const uint32_t two = four >> (16 * pair);
  const __nv_bfloat162 wide = __floats2bfloat162_rn(widen_e4m3(static_cast<fp8_e4m3>(two)), widen_e4m3(static_cast<fp8_e4m3>(two >> 8)));
  uint32_t bits;
  memcpy(&bits, &wide, sizeof bits);
  return bits;
}
#endif

/** d += a b over 32 bytes of K. */
template <class Element> struct MmaStep;
template <> struct MmaStep<bf16> {
  using Left = MmaLeft;
  using Right = MmaRight;
  static __device__ __forceinline__ void left(Left& to, const uint32_t (&loaded)[4]) { memcpy(to.of, loaded, sizeof to.of); }
  static __device__ __forceinline__ void right(Right& to, uint32_t first, uint32_t second) { to.of[0] = first, to.of[1] = second; }
  static __device__ __forceinline__ void add(float (&d)[4], const Left& a, const Right& b) { mma_m16n8k16(d, a.of, b.of); }
};
#if GUILDHALL_FP8_MMA
template <> struct MmaStep<fp8_e4m3> {
  using Left = MmaLeft;
  using Right = MmaRight;
  static __device__ __forceinline__ void left(Left& to, const uint32_t (&loaded)[4]) { memcpy(to.of, loaded, sizeof to.of); }
  static __device__ __forceinline__ void right(Right& to, uint32_t first, uint32_t second) { to.of[0] = first, to.of[1] = second; }
  static __device__ __forceinline__ void add(float (&d)[4], const Left& a, const Right& b) { mma_m16n8k32_e4m3(d, a.of, b.of); }
};
#else
/**
 * Each 16 bytes of K become one step in BF16. A lane's four bytes of a row give the pairs that the step takes for columns
 * 2 (lane % 4) and 8 beyond: another order of K, the same on both sides.
 */
template <> struct MmaStep<fp8_e4m3> {
  struct Left {
    uint32_t of[2][4];
  };
  struct Right {
    uint32_t of[2][2];
  };
  static __device__ __forceinline__ void left(Left& to, const uint32_t (&loaded)[4]) {
#pragma unroll
    for (int step = 0; step < 2; step++)
#pragma unroll
      for (int i = 0; i < 4; i++) to.of[step][i] = widen_pair(loaded[step * 2 + i % 2], i / 2);
  }
  static __device__ __forceinline__ void right(Right& to, uint32_t first, uint32_t second) {
#pragma unroll
    for (int i = 0; i < 2; i++) to.of[0][i] = widen_pair(first, i), to.of[1][i] = widen_pair(second, i);
  }
  static __device__ __forceinline__ void add(float (&d)[4], const Left& a, const Right& b) {
    mma_m16n8k16(d, a.of[0], b.of[0]);
    mma_m16n8k16(d, a.of[1], b.of[1]);
  }
};
#endif
