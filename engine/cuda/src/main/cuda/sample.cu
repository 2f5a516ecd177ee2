// Drawing tokens where their logits lie. Draw.java says what is drawn, and does the same for one row after the other.
#include "device.cuh"

constexpr int kDrawThreads = 1024, kDrawWarps = kDrawThreads / 32;
constexpr double kHeaviest = 1099511627776.0;  // 2^40: the likeliest token's weight
constexpr int kDigitBits = 7, kDigits = 1 << kDigitBits, kHighestDigit = 35;  // 41 bits, six digits
typedef unsigned long long Weight;

struct DrawParams {
  double uniform;
  float temperature, top_p, min_p;
  int top_k;
};
struct DrawArgs {
  const float* logits;
  const int* rows;           // which row of logits each block draws from
  const DrawParams* params;  // for each block
  int* tokens;               // the token, or -1 - i where logit i is the first that is not finite
  int vocabulary;
};

/** What is kept: everything heavier than `weight`, and of what weighs the same the first `ties`. */
struct Cut {
  Weight weight, ties;
};
struct DrawShared {
  float value[kDrawWarps];
  int index[kDrawWarps], broken[kDrawWarps];
  Weight sums[kDrawWarps], ties[kDrawWarps];
  Weight digits[kDigits];
  Weight prefix, above;  // of the digit search
};
struct Best {
  float value;
  int index;
};

/** The sum over the block, for every thread. */
__device__ __forceinline__ Weight block_total(Weight v, Weight (&parts)[kDrawWarps]) {
  for (int step = 16; step; step /= 2) v += __shfl_xor_sync(kAllLanes, v, step);
  __syncthreads();  // the parts of the last call have been read
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = v;
  __syncthreads();
  Weight total = 0;
  for (int i = 0; i < kDrawWarps; i++) total += parts[i];
  return total;
}
/** The sum over the threads before this one. */
__device__ __forceinline__ Weight block_before(Weight v, Weight (&parts)[kDrawWarps]) {
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  Weight sum = v;
  for (int step = 1; step < 32; step *= 2) {
    const Weight other = __shfl_up_sync(kAllLanes, sum, step);
    if (lane >= step) sum += other;
  }
  __syncthreads();
  if (lane == 31) parts[warp] = sum;
  __syncthreads();
  Weight before = sum - v;
  for (int i = 0; i < warp; i++) before += parts[i];
  return before;
}

__device__ __forceinline__ void take_better(Best& best, float value, int index) {
  if (value > best.value || (value == best.value && index < best.index)) best = {value, index};
}
/** The likeliest token, the lowest id of equals; `broken` becomes the first logit that is not finite, or the vocabulary. */
__device__ __forceinline__ Best likeliest(const float* logits, int vocabulary, DrawShared& shared, int& broken) {
  Best best = {-INFINITY, vocabulary};
  broken = vocabulary;
  for (int i = threadIdx.x; i < vocabulary; i += kDrawThreads) {
    const float logit = logits[i];
    if (!(fabsf(logit) < INFINITY)) broken = min(broken, i);
    if (logit > best.value) best = {logit, i};
  }
  for (int step = 16; step; step /= 2) {
    const float value = __shfl_xor_sync(kAllLanes, best.value, step);
    const int index = __shfl_xor_sync(kAllLanes, best.index, step);
    take_better(best, value, index);
    broken = min(broken, __shfl_xor_sync(kAllLanes, broken, step));
  }
  if (threadIdx.x % 32 == 0) {
    shared.value[threadIdx.x / 32] = best.value;
    shared.index[threadIdx.x / 32] = best.index;
    shared.broken[threadIdx.x / 32] = broken;
  }
  __syncthreads();
  for (int i = 0; i < kDrawWarps; i++) {
    take_better(best, shared.value[i], shared.index[i]);
    broken = min(broken, shared.broken[i]);
  }
  return best;
}

/** A row's weights; 0 is not in the running. */
struct Row {
  const float* logits;
  int vocabulary;
  float most, temperature;
  Weight least;
  __device__ __forceinline__ Weight weight(int i) const {
    const double share = exp((static_cast<double>(logits[i]) - static_cast<double>(most)) / static_cast<double>(temperature));
    const Weight weight = static_cast<Weight>(share * kHeaviest);
    return weight >= least ? weight : 0;
  }
};

/**
 * Among weights of at least `floor`, heaviest first: the weight at which the count (or, if kSum, the sum) of what came so far
 * reaches `wanted`, and how many of that weight it takes. There must be that much.
 */
template <bool kSum> __device__ __forceinline__ Cut reach(const Row& row, Weight floor, Weight wanted, DrawShared& shared) {
  if (threadIdx.x == 0) shared.prefix = shared.above = 0;
  for (int shift = kHighestDigit; shift >= 0; shift -= kDigitBits) {
    if (threadIdx.x < kDigits) shared.digits[threadIdx.x] = 0;
    __syncthreads();
    const Weight prefix = shared.prefix;
    for (int i = threadIdx.x; i < row.vocabulary; i += kDrawThreads) {
      const Weight weight = row.weight(i);
      if (weight >= floor && weight >> (shift + kDigitBits) == prefix)
        atomicAdd(&shared.digits[weight >> shift & (kDigits - 1)], kSum ? weight : 1ull);
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      int digit = kDigits - 1;
      for (; digit > 0 && shared.above + shared.digits[digit] < wanted; digit--) shared.above += shared.digits[digit];
      shared.prefix = prefix << kDigitBits | static_cast<Weight>(digit);
    }
    __syncthreads();
  }
  const Weight weight = shared.prefix, missing = wanted - shared.above;
  __syncthreads();
  return {weight, kSum ? (missing + weight - 1) / weight : missing};
}

__device__ __forceinline__ Weight total(const Row& row, const Cut& cut, DrawShared& shared) {
  Weight sum = 0;
  for (int i = threadIdx.x; i < row.vocabulary; i += kDrawThreads) {
    const Weight weight = row.weight(i);
    if (weight > cut.weight) sum += weight;
  }
  return block_total(sum, shared.sums) + cut.weight * cut.ties;
}

/** Finds the token at `place` of the kept weights laid end to end by id; the one thread that has it writes it. */
__device__ __forceinline__ void pick(const Row& row, const Cut& cut, Weight place, int* token, DrawShared& shared) {
  const int chunk = (row.vocabulary + kDrawThreads - 1) / kDrawThreads, first = threadIdx.x * chunk;
  const int last = min(first + chunk, row.vocabulary);
  Weight heavier = 0, equal = 0;
  for (int i = first; i < last; i++) {
    const Weight weight = row.weight(i);
    if (weight > cut.weight) heavier += weight;
    if (weight == cut.weight) equal++;
  }
  Weight ties = block_before(equal, shared.ties);
  const Weight begin = block_before(heavier, shared.sums) + cut.weight * min(ties, cut.ties);
  const Weight end = begin + heavier + cut.weight * (min(ties + equal, cut.ties) - min(ties, cut.ties));
  if (place < begin || place >= end) return;
  Weight at = begin;
  for (int i = first; i < last; i++) {
    const Weight weight = row.weight(i);
    const bool kept = weight > cut.weight || (weight == cut.weight && ties++ < cut.ties);
    if (kept) at += weight;
    if (at > place) {
      *token = i;
      return;
    }
  }
}

/** One block of 1024 a drawn token. */
KERNEL(draw_tokens, 1024, DrawArgs) {
  SHARED(DrawShared, shared);
  const DrawParams p = a.params[blockIdx.x];
  const float* logits = a.logits + static_cast<long long>(a.rows[blockIdx.x]) * a.vocabulary;
  int* token = a.tokens + blockIdx.x;
  int broken;
  const Best best = likeliest(logits, a.vocabulary, shared, broken);
  if (broken < a.vocabulary || p.temperature == 0.f) {
    if (threadIdx.x == 0) *token = broken < a.vocabulary ? -1 - broken : best.index;
    return;
  }
  const Weight least = static_cast<Weight>(static_cast<double>(p.min_p) * kHeaviest);
  const Row row = {logits, a.vocabulary, best.value, p.temperature, max(least, Weight{1})};
  Cut cut = {0, 0};
  if (p.top_k > 0) {
    Weight kept = 0;
    for (int i = threadIdx.x; i < a.vocabulary; i += kDrawThreads) kept += row.weight(i) > 0;
    if (static_cast<Weight>(p.top_k) < block_total(kept, shared.sums)) cut = reach<false>(row, 1, static_cast<Weight>(p.top_k), shared);
  }
  if (p.top_p < 1.f) {
    const double wanted = static_cast<double>(p.top_p) * static_cast<double>(total(row, cut, shared));
    cut = reach<true>(row, max(cut.weight, Weight{1}), static_cast<Weight>(ceil(wanted)), shared);
  }
  const Weight all = total(row, cut, shared);
  const Weight place = static_cast<Weight>(p.uniform * static_cast<double>(all));
  pick(row, cut, min(place, all - 1), token, shared);
}
