#include "mla_decode.cuh"

#if GUILDHALL_HOPPER
/** One block of 1024 threads. */
KERNEL(mla_plan, 1024, MlaPlanArgs) {
  DYNAMIC_SHARED(shared);
  int* sums = reinterpret_cast<int*>(shared);  // [1024]
  const int thread = threadIdx.x;
  sums[thread] = thread < a.batch ? (a.lengths[thread] + kMlaKeys - 1) / kMlaKeys : 0;
  __syncthreads();
  for (int step = 1; step < 1024; step *= 2) {
    const int other = thread >= step ? sums[thread - step] : 0;
    __syncthreads();
    sums[thread] += other;
    __syncthreads();
  }
  if (thread < a.batch) a.plan[thread + 1] = sums[thread];
  if (thread == 0) a.plan[0] = 0;
  const int total = sums[a.batch - 1], shares = mla_shares(total, a.shares, a.least);
  for (int share = thread; share < a.shares; share += 1024) {
    const int at = share < shares ? mla_share_begin(share, total, shares) : 0;
    int low = 0, high = a.batch - 1;  // the first sequence that ends after `at`
    while (low < high) {
      const int middle = (low + high) / 2;
      if (sums[middle] > at)
        high = middle;
      else
        low = middle + 1;
    }
    a.plan[a.batch + 1 + share] = low;
  }
}

/** Grid: x = blocks of 64 query rows, y = shares. */
KERNEL(mla_decode, 384, MlaDecodeArgs) {
  DYNAMIC_SHARED(base);
  const MlaShared shared{base};
  Ring<MlaShared::kStages> ring{shared.barriers()};
  if (threadIdx.x == 0) {
    tensor_prefetch(a.query);
    tensor_prefetch(a.cache);
    ring.init(8);
    barrier_init(shared.query_full(), 1);
    barrier_init(shared.query_empty(), 8);
    barrier_init_fence();
  }
  __syncthreads();
  if (threadIdx.x < 128) {
    registers_down<40>();
    if (threadIdx.x == 0) mla_produce(a, shared, ring);
  } else {
    registers_up<232>();
    mla_consume(a, shared, ring);
  }
}

/** Joins the parts of sequences that were cut. Grid: x = query rows of a sequence, y = sequences; a thread has four columns. */
KERNEL(mla_combine, 128, MlaDecodeArgs) {
  const int sequence = blockIdx.y, per_sequence = a.queries * a.heads, total = a.plan[a.batch];
  const int begin = a.plan[sequence], end = a.plan[sequence + 1];
  bf16* out = a.out + (static_cast<size_t>(sequence) * per_sequence + blockIdx.x) * kMlaLatent + threadIdx.x * 4;
  float sum[4] = {0.f, 0.f, 0.f, 0.f}, most = -INFINITY, weight = 0.f;
  if (begin < end) {
    const int shares = mla_shares(total, a.shares, a.least);
    const int first = mla_share_of(begin, total, shares), last = mla_share_of(end - 1, total, shares);
    if (first == last) return;  // one share saw the whole sequence and wrote its output
    for (int share = first; share <= last; share++) most = fmaxf(most, a.partial_lse[static_cast<size_t>(share + sequence) * per_sequence + blockIdx.x]);
    for (int share = first; share <= last; share++) {
      const size_t part = static_cast<size_t>(share + sequence) * per_sequence + blockIdx.x;
      const float lse = a.partial_lse[part];
      if (lse == -INFINITY) continue;
      const float w = expf(lse - most);
      const float4 v = *reinterpret_cast<const float4*>(a.partial + part * kMlaLatent + threadIdx.x * 4);
      weight += w;
      sum[0] += w * v.x, sum[1] += w * v.y, sum[2] += w * v.z, sum[3] += w * v.w;
    }
  }
  const float factor = weight > 0.f ? 1.f / weight : 0.f;
  const uint32_t pairs[2] = {pack_bf16(sum[0] * factor, sum[1] * factor), pack_bf16(sum[2] * factor, sum[3] * factor)};
  *reinterpret_cast<uint2*>(out) = make_uint2(pairs[0], pairs[1]);
}
#endif
