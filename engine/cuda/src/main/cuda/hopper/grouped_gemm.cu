// The tile shapes that the host chooses among (GroupedGemmPlan.java knows the same list).
#include "grouped_gemm.cuh"

#if GUILDHALL_HOPPER
#define GROUPED_GEMM(name, ...)                            \
  KERNEL(name, 384, GroupedGemmArgs) {                     \
    DYNAMIC_SHARED(shared);                                \
    grouped_gemm<GemmShape<__VA_ARGS__>>(a, shared);       \
  }

// element, swapped, right columns, stages: named by tokens x weights of a tile
GROUPED_GEMM(grouped_gemm_bf16_128x256, bf16, false, 256, 4)
GROUPED_GEMM(grouped_gemm_bf16_128x128, bf16, false, 128, 6)
GROUPED_GEMM(grouped_gemm_bf16_64x128, bf16, true, 64, 8)
GROUPED_GEMM(grouped_gemm_bf16_16x128, bf16, true, 16, 10)
GROUPED_GEMM(grouped_gemm_e4m3_128x128, fp8_e4m3, false, 128, 6)
GROUPED_GEMM(grouped_gemm_e4m3_64x128, fp8_e4m3, true, 64, 8)
GROUPED_GEMM(grouped_gemm_e4m3_16x128, fp8_e4m3, true, 16, 10)
#endif
