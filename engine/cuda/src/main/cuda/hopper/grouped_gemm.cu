// The tile shapes that the host chooses among (GemmTile.java knows the same list).
#include "grouped_gemm.cuh"

#if GUILDHALL_HOPPER
#define GROUPED_GEMM(name, ...)                            \
  KERNEL(name, 384, GroupedGemmArgs) {                     \
    DYNAMIC_SHARED(shared);                                \
    grouped_gemm<GemmShape<__VA_ARGS__>>(a, shared);       \
  }

// element, swapped, blocks of 64 left rows per warpgroup, right columns, stages; named by tokens x weights of a tile
GROUPED_GEMM(grouped_gemm_bf16_256x192, bf16, false, 2, 192, 4)
GROUPED_GEMM(grouped_gemm_bf16_128x256, bf16, false, 1, 256, 4)
GROUPED_GEMM(grouped_gemm_bf16_128x128, bf16, false, 1, 128, 6)
GROUPED_GEMM(grouped_gemm_bf16_64x128, bf16, true, 1, 64, 8)
GROUPED_GEMM(grouped_gemm_bf16_16x128, bf16, true, 1, 16, 10)
GROUPED_GEMM(grouped_gemm_e4m3_256x128, fp8_e4m3, false, 2, 128, 4)
GROUPED_GEMM(grouped_gemm_e4m3_128x128, fp8_e4m3, false, 1, 128, 6)
GROUPED_GEMM(grouped_gemm_e4m3_64x128, fp8_e4m3, true, 1, 64, 8)
GROUPED_GEMM(grouped_gemm_e4m3_16x128, fp8_e4m3, true, 1, 16, 10)
#endif
