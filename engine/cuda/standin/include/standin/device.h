// The part of CUDA's device language that the kernels use, for a host compiler.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "numbers.h"
#include "runtime.h"

#define __global__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __restrict__ __restrict
#define __align__(n) alignas(n)
#define __grid_constant__
#define __launch_bounds__(...)
#define STANDIN_EXPORT extern "C" __attribute__((visibility("default")))
/** Not instrumented: its accesses are checked by hand. */
#define STANDIN_RAW __attribute__((noinline, no_sanitize("thread")))

/** A kernel: the entry that the driver calls, the size of its struct and its largest block. */
#define KERNEL(name, max_threads, Args)                                                                \
  static void name##_body(const Args& a);                                                            \
  STANDIN_EXPORT void standin_entry_##name(const void* p) { name##_body(*static_cast<const Args*>(p)); } \
  STANDIN_EXPORT const unsigned standin_facts_##name[2];                                             \
  const unsigned standin_facts_##name[2] = {sizeof(Args), max_threads};                              \
  static void name##_body(const Args& a)
#define DYNAMIC_SHARED(name) unsigned char* name = standin::dynamic_shared()
#define SHARED(Type, name)     \
  static char name##_key;      \
  Type& name = *static_cast<Type*>(standin::static_shared(&name##_key, sizeof(Type), alignof(Type)))

namespace standin {
STANDIN_RAW static Index3 thread_index() { return {current->x, current->y, current->z}; }
STANDIN_RAW static Index3 block_index() { return current->block->index; }
STANDIN_RAW static Index3 block_size() { return current->block->size; }
STANDIN_RAW static Index3 grid_size() { return current->block->grid; }
STANDIN_RAW static uint32_t lane_index() { return current->lane; }
}  // namespace standin
#define threadIdx (standin::thread_index())
#define blockIdx (standin::block_index())
#define blockDim (standin::block_size())
#define gridDim (standin::grid_size())

struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
static inline float2 make_float2(float x, float y) { return {x, y}; }
static inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
static inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

// ---- waiting for each other ----

static inline void __syncthreads() { standin::barrier(0, 0); }
static inline void __syncwarp(uint32_t mask = ~0u) {
  standin::meet(mask, nullptr, [](void**, uint32_t) {});
}
static inline void __threadfence_block() {}
static inline void __threadfence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

// ---- shuffles and votes ----

namespace standin {
struct Shuffle {
  uint64_t value, result;
  uint32_t source;
};
STANDIN_RAW static void run_shuffle(void** lanes, uint32_t mask) {
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    auto* mine = static_cast<Shuffle*>(lanes[__builtin_ctz(rest)]);
    if (!(mask >> mine->source & 1))
      trap("shuffle: lane %d reads lane %u, which takes no part", __builtin_ctz(rest), mine->source);
    mine->result = static_cast<Shuffle*>(lanes[mine->source])->value;
  }
}
template <class T> STANDIN_RAW T shuffle(uint32_t mask, T value, uint32_t source) {
  static_assert(sizeof(T) <= 8 && std::is_trivially_copyable_v<T>);
  Shuffle s{0, 0, source & 31};
  memcpy(&s.value, &value, sizeof value);
  meet(mask, &s, run_shuffle);
  memcpy(&value, &s.result, sizeof value);
  return value;
}
struct Vote {
  uint32_t yes, result;
};
STANDIN_RAW static void run_vote(void** lanes, uint32_t mask) {
  uint32_t votes = 0;
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    votes |= static_cast<Vote*>(lanes[__builtin_ctz(rest)])->yes << __builtin_ctz(rest);
  for (uint32_t rest = mask; rest; rest &= rest - 1) static_cast<Vote*>(lanes[__builtin_ctz(rest)])->result = votes;
}
STANDIN_RAW static uint32_t vote(uint32_t mask, bool yes) {
  Vote v{yes, 0};
  meet(mask, &v, run_vote);
  return v.result;
}
}  // namespace standin

template <class T> static inline T __shfl_sync(uint32_t mask, T v, int source, int width = 32) {
  const uint32_t lane = standin::lane_index();
  return standin::shuffle(mask, v, (lane & ~(width - 1u)) + (source & (width - 1u)));
}
template <class T> static inline T __shfl_xor_sync(uint32_t mask, T v, int with, int width = 32) {
  const uint32_t lane = standin::lane_index(), source = lane ^ with;
  return standin::shuffle(mask, v, source / width > lane / width ? lane : source);
}
template <class T> static inline T __shfl_down_sync(uint32_t mask, T v, unsigned by, int width = 32) {
  const uint32_t lane = standin::lane_index();
  return standin::shuffle(mask, v, lane % width + by < static_cast<unsigned>(width) ? lane + by : lane);
}
template <class T> static inline T __shfl_up_sync(uint32_t mask, T v, unsigned by, int width = 32) {
  const uint32_t lane = standin::lane_index();
  return standin::shuffle(mask, v, lane % width >= by ? lane - by : lane);
}
static inline uint32_t __ballot_sync(uint32_t mask, int yes) { return standin::vote(mask, yes != 0); }
static inline int __any_sync(uint32_t mask, int yes) { return standin::vote(mask, yes != 0) != 0; }
static inline int __all_sync(uint32_t mask, int yes) { return standin::vote(mask, yes == 0) == 0; }

// ---- atomics ----

template <class T> STANDIN_RAW static T atomicAdd(T* p, T v) {
  standin::check_atomic(p, sizeof(T));
  if constexpr (std::is_integral_v<T>) {
    return __atomic_fetch_add(p, v, __ATOMIC_RELAXED);
  } else {
    T old;
    __atomic_load(p, &old, __ATOMIC_RELAXED);
    for (T sum = old + v; !__atomic_compare_exchange(p, &old, &sum, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);) sum = old + v;
    return old;
  }
}
template <class T> STANDIN_RAW static T atomicMax(T* p, T v) {
  standin::check_atomic(p, sizeof(T));
  T old = __atomic_load_n(p, __ATOMIC_RELAXED);
  while (old < v && !__atomic_compare_exchange_n(p, &old, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return old;
}
template <class T> STANDIN_RAW static T atomicMin(T* p, T v) {
  standin::check_atomic(p, sizeof(T));
  T old = __atomic_load_n(p, __ATOMIC_RELAXED);
  while (v < old && !__atomic_compare_exchange_n(p, &old, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return old;
}
template <class T> STANDIN_RAW static T atomicCAS(T* p, T expected, T v) {
  standin::check_atomic(p, sizeof(T));
  __atomic_compare_exchange_n(p, &expected, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return expected;
}

// ---- arithmetic ----

static inline float standin_rsqrt(float x) { return 1.0f / sqrtf(x); }
static inline float standin_exp(float x) { return expf(x); }
#define rsqrtf standin_rsqrt
#define __expf standin_exp
static inline float __fdividef(float a, float b) { return a / b; }
static inline int __popc(unsigned x) { return __builtin_popcount(x); }
static inline int __ffs(int x) { return __builtin_ffs(x); }
static inline int __clz(int x) { return x ? __builtin_clz(x) : 32; }
template <class T> static inline T __ldg(const T* p) { return *p; }
using std::isnan;
using std::max;
using std::min;

// ---- shared addresses and asynchronous copies ----

static inline size_t __cvta_generic_to_shared(const void* p) { return standin::shared_offset(p); }
#include "async.h"
