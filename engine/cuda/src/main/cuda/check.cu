// Looking for values that are not numbers.
#include "linear.cuh"

struct CheckArgs {
  const void* values;
  unsigned long long* first;  // becomes the lowest index of a value that is not finite, if that is lower
  unsigned long long count;
};
template <class V> __device__ __forceinline__ bool is_finite(V v) { return fabsf(widen(v)) < INFINITY; }
__device__ __forceinline__ bool is_finite(fp8_e4m3 v) { return (v & 0x7f) != 0x7f; }

/** Blocks of 256 walk all values. */
template <class V> __device__ __forceinline__ void check_finite(const CheckArgs& a) {
  const unsigned long long step = 256ull * gridDim.x;
  for (unsigned long long i = blockIdx.x * 256ull + threadIdx.x; i < a.count; i += step)
    if (!is_finite(static_cast<const V*>(a.values)[i])) {
      atomicMin(a.first, i);
      return;
    }
}
KERNEL(check_finite_f32, 256, CheckArgs) { check_finite<float>(a); }
KERNEL(check_finite_bf16, 256, CheckArgs) { check_finite<bf16>(a); }
KERNEL(check_finite_e4m3, 256, CheckArgs) { check_finite<fp8_e4m3>(a); }
