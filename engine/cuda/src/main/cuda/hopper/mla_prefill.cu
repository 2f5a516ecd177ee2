#include "mla_prefill.cuh"

#if GUILDHALL_HOPPER
/** Grid: x = blocks of 128 query rows, y = heads. */
KERNEL(mla_prefill, 384, MlaPrefillArgs) {
  DYNAMIC_SHARED(memory);
  const PrefillShared shared{memory};
  Ring<PrefillShared::kStages> ring{shared.barriers()};
  if (threadIdx.x == 0) {
    tensor_prefetch(a.query);
    tensor_prefetch(a.keys);
    tensor_prefetch(a.rotary);
    tensor_prefetch(a.values);
    barrier_init(shared.query_full(), 1);
    ring.init(8);
  }
  __syncthreads();
  const PrefillTile tile(a);
  if (threadIdx.x < 128) {
    registers_down<40>();
    if (threadIdx.x == 0) prefill_produce(a, tile, shared, ring);
  } else {
    registers_up<232>();
    prefill_consume(a, tile, shared, ring);
  }
}
#endif
