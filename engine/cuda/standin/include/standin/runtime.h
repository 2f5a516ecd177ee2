// What kernels compiled for the host call in the stand-in driver: threads of a block are fibers of one OS thread, which switch
// only where CUDA threads may wait for each other. Every access to memory is reported here and checked.
#pragma once
#include <cstddef>
#include <cstdint>

namespace standin __attribute__((visibility("default"))) {

constexpr unsigned kWarp = 32;
constexpr unsigned kMaxThreads = 1024;
constexpr unsigned kNamedBarriers = 16;
constexpr size_t kMaxDynamicShared = 227 << 10;

struct Block;
struct Clock;

/** Work of a warp's lanes that have all arrived, run once: `arguments[lane]` for each lane in `lanes`. */
using Meeting = void (*)(void** arguments, uint32_t lanes);

struct Warp {
  unsigned index;
  uint32_t members, ready, polling, gone, arrived;
  uint32_t waiting[kNamedBarriers];
  uint32_t masks[kWarp];
  void* arguments[kWarp];
  Meeting meetings[kWarp];
};

/** A copy to shared memory under way. */
struct PendingCopy {
  void* to;
  const void* from;
  unsigned bytes, filled;  // `filled` bytes come from memory, the rest is zero
};

struct Thread {
  void* stack_pointer;
  unsigned char* stack;
  Block* block;
  Warp* warp;
  unsigned x, y, z, index, lane;
  uint32_t time;       // own component of its clock
  const Clock* clock;  // what of the others' it has seen; null: nothing
  PendingCopy* copies;
  unsigned copy_count, copy_room, group_count, open_copies;
  unsigned groups[32];
  void* products;      // wgmma in flight, owned by the Hopper emulation
  bool products_valid;
};

struct Index3 {
  unsigned x, y, z;
};

struct Block {
  Index3 grid, size, index;
  unsigned threads, warps, alive;
  const char* kernel;
  uint64_t seed;      // 0: threads run in order
  uint64_t progress;  // counts what a polling thread may wait for
};

extern __thread Thread* current __attribute__((tls_model("initial-exec")));

/** Ends the block: the launch fails and names kernel, block and thread. */
[[noreturn]] void trap(const char* format, ...) __attribute__((format(printf, 1, 2)));

/** Waits for `threads` threads at barrier `id`; 0: for all that are alive, barrier 0 only. */
void barrier(unsigned id, unsigned threads);
/** Waits for the lanes of `mask`, then runs `meeting` once. */
void meet(uint32_t mask, void* argument, Meeting meeting);
/** Lets the others run; comes back when something has moved. */
void poll();
/** A seeded choice; always false without a seed. */
bool coin();

unsigned char* dynamic_shared();
size_t dynamic_shared_size();
/** The same bytes for every thread of the block that passes the same key. */
void* static_shared(const void* key, size_t bytes, size_t alignment);
/** An address as a 32-bit shared one and back; traps outside dynamic shared memory. */
uint32_t shared_offset(const void* address);
void* shared_pointer(uint32_t offset, size_t bytes);

void check_read(const void* address, size_t bytes);
void check_write(const void* address, size_t bytes);
/** Reads and writes that order themselves. */
void check_atomic(const void* address, size_t bytes);
/** What this thread did before is seen by whoever acquires the same object later. */
void release(const void* object);
void acquire(const void* object);

}  // namespace standin
