// The tile shapes that the host chooses among (MmaTile.java knows the same list).
#include "grouped_gemm_mma.cuh"

// Hopper multiplies by wgmma.
#if !defined(__CUDA_ARCH_FEAT_SM90_ALL)

#define GROUPED_GEMM_MMA(name, threads, ...)                 \
  KERNEL(name, threads, MmaGemmArgs) {                       \
    using Shape = MmaShape<__VA_ARGS__>;                     \
    static_assert(Shape::kThreads == threads, "of a block"); \
    DYNAMIC_SHARED(shared);                                  \
    grouped_gemm_mma<Shape>(a, shared);                      \
  }

// element, tokens, warps down and across, stages; named by tokens x weights of a tile
GROUPED_GEMM_MMA(grouped_gemm_mma_bf16_128x128, 256, bf16, 128, 2, 4, 3)
GROUPED_GEMM_MMA(grouped_gemm_mma_bf16_16x128, 128, bf16, 16, 1, 4, 4)
GROUPED_GEMM_MMA(grouped_gemm_mma_e4m3_128x128, 256, fp8_e4m3, 128, 2, 4, 3)
GROUPED_GEMM_MMA(grouped_gemm_mma_e4m3_16x128, 128, fp8_e4m3, 16, 1, 4, 4)
#endif
