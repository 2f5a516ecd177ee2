// Choosing experts, sorting rows by expert, adding what experts return.
#include "device.cuh"

constexpr int kMaxExperts = 512, kMaxChosen = 32;

struct RouteArgs {
  const float* logits;   // rows x experts
  const float* bias;     // counts in the choice only
  const int* positions;  // -1: the row chooses nobody
  int* experts;          // rows x chosen, ascending; -1 where the row chooses nobody
  float* weights;
  int count, chosen, groups, kept_groups, normalize;
  float scale;
};
/** The lane's candidate against the others': the largest value, the lowest index of equals. Every lane gets the winner. */
__device__ __forceinline__ int warp_best(float value, int index) {
  for (int step = 16; step; step /= 2) {
    const float other = __shfl_xor_sync(kAllLanes, value, step);
    const int at = __shfl_xor_sync(kAllLanes, index, step);
    if (at >= 0 && (index < 0 || other > value || (other == value && at < index))) {
      value = other;
      index = at;
    }
  }
  return index;
}
/** The best of values[0, n) that is still in the running; it then is not. NaN is in no running. */
__device__ __forceinline__ int take_best(float* values, int n) {
  const int lane = threadIdx.x;
  float value = -INFINITY;
  int index = -1;
  for (int i = lane; i < n; i += 32)
    if (!isnan(values[i]) && (index < 0 || values[i] > value)) {
      value = values[i];
      index = i;
    }
  const int best = max(warp_best(value, index), 0);  // broken input shows in the logits
  __syncwarp();
  if (lane == 0) values[best] = NAN;
  __syncwarp();
  return best;
}
/** Sigmoid scores; groups with the largest sums of two best biased scores stay; of these the best experts. One warp a row. */
KERNEL(route, 32, RouteArgs) {
  struct Scores {
    float plain[kMaxExperts], biased[kMaxExperts], groups[kMaxExperts], kept[kMaxExperts];
  };
  SHARED(Scores, scores);
  const int lane = threadIdx.x, row = blockIdx.x;
  const long long at = static_cast<long long>(row) * a.chosen;
  if (a.positions[row] < 0) {
    for (int i = lane; i < a.chosen; i += 32) {
      a.experts[at + i] = -1;
      a.weights[at + i] = 0.f;
    }
    return;
  }
  for (int i = lane; i < a.count; i += 32) {
    const float score = 1.f / (1.f + expf(-a.logits[static_cast<long long>(row) * a.count + i]));
    scores.plain[i] = score;
    scores.biased[i] = score + a.bias[i];
  }
  __syncwarp();
  if (a.kept_groups < a.groups) {
    const int size = a.count / a.groups;
    for (int g = lane; g < a.groups; g += 32) {
      float best = -INFINITY, second = -INFINITY;
      for (int i = g * size; i < (g + 1) * size; i++) {
        const float v = scores.biased[i];
        if (v > best) {
          second = best;
          best = v;
        } else if (v > second) {
          second = v;
        }
      }
      scores.groups[g] = size == 1 ? best : best + second;
      scores.kept[g] = 0.f;
    }
    __syncwarp();
    for (int i = 0; i < a.kept_groups; i++) {
      const int best = take_best(scores.groups, a.groups);
      if (lane == 0) scores.kept[best] = 1.f;
    }
    __syncwarp();
    for (int i = lane; i < a.count; i += 32)
      if (scores.kept[i / size] == 0.f) scores.biased[i] = -INFINITY;
    __syncwarp();
  }
  int mine = -1;
  for (int i = 0; i < a.chosen; i++) {
    const int best = take_best(scores.biased, a.count);
    if (lane == i) mine = best;
  }
  // Lane i has the i-th best: its place among the ids, then the sum in ascending order of ids.
  int place = 0;
  for (int i = 0; i < a.chosen; i++) place += __shfl_sync(kAllLanes, mine, i) < mine;
  if (lane < a.chosen) {
    a.experts[at + place] = mine;
    scores.groups[place] = scores.plain[mine];
  }
  __syncwarp();
  float sum = 0;
  for (int i = 0; i < a.chosen; i++) sum += scores.groups[i];
  if (lane < a.chosen) {
    const float v = scores.groups[lane];
    a.weights[at + lane] = (a.normalize ? v / (sum + 1e-20f) : v) * a.scale;
  }
}

struct SortArgs {
  const int* experts;         // all choices: rows x chosen
  int* counts;                // [groups]
  int* starts;                // [groups + 1], the last one the number of choices
  int* sources;               // for each expert in turn, the rows that chose it, ascending
  int* slots;                 // for each choice its index in `sources`, -1 if it is none
  unsigned long long* total;  // [groups], added to; null: not counted
  int choices, chosen, groups;
};
/** Number of earlier lanes that say yes; `count` gets that of all. */
__device__ __forceinline__ int earlier(bool yes, int& count) {
  const unsigned votes = __ballot_sync(kAllLanes, yes);
  count = __popc(votes);
  return __popc(votes & ((1u << threadIdx.x) - 1));
}
/** One warp an expert. */
KERNEL(count_choices, 32, SortArgs) {
  const int expert = blockIdx.x;
  int all = 0;
  for (int i = 0; i < a.choices; i += 32) {
    const int at = i + static_cast<int>(threadIdx.x);
    int count;
    earlier(at < a.choices && a.experts[at] == expert, count);
    all += count;
  }
  if (threadIdx.x) return;
  a.counts[expert] = all;
  if (a.total) a.total[expert] += all;
}
/** One warp an expert, after count_choices; expert 0 also marks the choices that are none. */
KERNEL(place_choices, 32, SortArgs) {
  const int expert = blockIdx.x, lane = threadIdx.x;
  int start = 0;
  for (int i = lane; i < expert; i += 32) start += a.counts[i];
  for (int step = 16; step; step /= 2) start += __shfl_xor_sync(kAllLanes, start, step);
  if (lane == 0) {
    a.starts[expert] = start;
    if (expert == a.groups - 1) a.starts[a.groups] = start + a.counts[expert];
  }
  for (int i = 0; i < a.choices; i += 32) {
    const int at = i + lane;
    const int chosen = at < a.choices ? a.experts[at] : -2;
    int count;
    const int before = earlier(chosen == expert, count);
    if (chosen == expert) {
      a.sources[start + before] = at / a.chosen;
      a.slots[at] = start + before;
    }
    if (chosen == -1 && expert == 0) a.slots[at] = -1;
    start += count;
  }
}

struct CombineArgs {
  const float* routed;   // in the order of `sources`
  const int* slots;
  const float* weights;
  float* x;              // rows x width, added to
  const float* shared;   // the shared experts' output, added first
  int chosen, width;
};
/** x += shared + sum of weighted outputs in ascending order of the expert; one block a row. */
KERNEL(combine_experts, 256, CombineArgs) {
  const long long row = blockIdx.x;
  for (int i = threadIdx.x; i < a.width; i += blockDim.x) {
    float sum = 0;
    for (int k = 0; k < a.chosen; k++) {
      const int slot = a.slots[row * a.chosen + k];
      if (slot >= 0) sum = fmaf(a.weights[row * a.chosen + k], a.routed[static_cast<long long>(slot) * a.width + i], sum);
    }
    a.x[row * a.width + i] += a.shared[row * a.width + i] + sum;
  }
}
