// A ring of shared-memory stages between one producing thread and the consumers: `full` ends a phase when a stage's bytes
// have landed, `empty` when every consumer warp has let go of it.
#pragma once
#include "hopper.cuh"

#if GUILDHALL_HOPPER
/** A place in the ring of `kStages` stages: which stage, and the parity of its current phase. */
template <int kStages> struct RingPosition {
  int stage = 0;
  unsigned parity = 0;

  __device__ __forceinline__ void advance() {
    if (++stage == kStages) {
      stage = 0;
      parity ^= 1;
    }
  }
};

/** The barriers of a ring, at `barriers` in shared memory (kBytes of it). */
template <int kStages> struct Ring {
  static constexpr int kBytes = 2 * kStages * static_cast<int>(sizeof(uint64_t));
  using Position = RingPosition<kStages>;
  uint64_t* barriers;

  /** By one thread, before the block's first barrier; that many warps free a stage. */
  __device__ __forceinline__ void init(int consumer_warps) {
    for (int i = 0; i < kStages; i++) {
      barrier_init(full(i), 1);
      barrier_init(empty(i), consumer_warps);
    }
    barrier_init_fence();
  }
  __device__ __forceinline__ uint64_t* full(int stage) { return barriers + stage; }
  __device__ __forceinline__ uint64_t* empty(int stage) { return barriers + kStages + stage; }

  /** Producer: waits until the stage is free and announces its bytes; copies to it complete full(stage). */
  __device__ __forceinline__ uint64_t* begin_fill(const Position& at, unsigned bytes) {
    barrier_wait(empty(at.stage), at.parity ^ 1);
    barrier_arrive_expect(full(at.stage), bytes);
    return full(at.stage);
  }
  __device__ __forceinline__ void wait_full(const Position& at) { barrier_wait(full(at.stage), at.parity); }
  /** Consumer warp: all its lanes are done with the stage. */
  __device__ __forceinline__ void release(int stage) {
    __syncwarp();
    if ((threadIdx.x & 31) == 0) barrier_arrive(empty(stage));
  }
};
#endif
