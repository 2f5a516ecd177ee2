// What the parts of the stand-in driver know of each other.
#pragma once
#include <standin/runtime.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace standin {

/** Where a module's code and constants lie. */
struct Range {
  uintptr_t begin, end;
  bool contains(uintptr_t address, size_t bytes) const { return address >= begin && address + bytes <= end; }
};

struct Launch {
  std::string kernel;
  void (*entry)(const void*);
  const void* arguments;
  size_t argument_bytes;
  Index3 grid, block;
  size_t dynamic_shared;
  std::vector<Range> image;
};

/** Runs all blocks; empty, or what went wrong and where. `illegal_access` says whether it was an access to memory. */
std::string run(const Launch& launch, bool& illegal_access);

/** Settings, from the environment (GUILDHALL_STANDIN_*) and by standin_set. */
struct Settings {
  std::atomic<uint64_t> seed{0};
  std::atomic<unsigned> workers{2};
  std::atomic<uint64_t> memory{4ull << 30};
  std::atomic<int> capability{90};
  std::atomic<bool> eager{false}, verbose{false};
  std::atomic<int> version{12060};
  std::atomic<int> devices{1};
  std::atomic<long long> fail{0};
};
extern Settings settings;

uint64_t next_random(uint64_t& state);

// ---- device memory ----

/** Reserves the address range; once. */
void open_memory();
/** Zero if there is no room. */
uintptr_t allocate(size_t bytes, bool on_host);
/** False if nothing begins there. */
bool release_memory(uintptr_t address);
/** Whether a range lies inside one live allocation. */
bool inside_allocation(uintptr_t address, size_t bytes, bool* on_host = nullptr);
/** What was left in a lost context goes with it. */
void release_all_memory();
size_t memory_used();
bool is_device_address(uintptr_t address);
void mark_written(uintptr_t address, size_t bytes);
void copy_marks(uintptr_t to, uintptr_t from, size_t bytes);
/** Offset of the first byte that was never written, or `bytes`. */
size_t first_unwritten(uintptr_t address, size_t bytes);
/** What is wrong with an access of a kernel; null if nothing. */
const char* device_access_problem(uintptr_t address, size_t bytes, bool write);

// ---- order of accesses to shared memory within a block ----

/** What a thread has seen of all threads' times. */
struct Clock {
  unsigned references;
  Clock* next;
  uint32_t at[kMaxThreads];
};

/** Clocks of the block that an OS thread runs. */
class Clocks {
 public:
  /** All of `threads` have seen what each of them did. */
  void join(Thread** threads, unsigned count, unsigned block_threads);
  void release_to(const void* object, Thread& thread, unsigned block_threads);
  void acquire_from(const void* object, Thread& thread, unsigned block_threads);
  void drop(const Clock* clock);
  /** Forgets the objects of the last block. */
  void clear();
  static bool seen(const Thread& by, unsigned thread, uint32_t time) {
    return by.index == thread || (by.clock && by.clock->at[thread] >= time);
  }

 private:
  Clock* fresh();
  void set(Thread& thread, Clock* clock);
  Clock* free_ = nullptr;
  std::vector<std::pair<const void*, Clock*>> objects_;
};

/** Who touched four bytes of shared memory last. */
struct Touch {
  uint32_t time;
  uint16_t thread;
  uint8_t bytes;  // one bit per byte; 0: nobody
  bool atomic;
};
struct Cell {
  Touch writes[2], reads[2];
};

/** Shared memory of a block with a shadow that says what was written and by whom. */
class SharedMemory {
 public:
  SharedMemory();
  void begin(size_t dynamic_bytes);
  unsigned char* dynamic() const { return base_; }
  size_t dynamic_size() const { return dynamic_size_; }
  bool contains(uintptr_t address) const { return address - reinterpret_cast<uintptr_t>(base_) < kRoom; }
  void* fixed(const void* key, size_t bytes, size_t alignment);
  /** Traps if the access is wrong. */
  void access(uintptr_t address, size_t bytes, bool write, bool atomic, const Thread& by);

 private:
  static constexpr size_t kFixed = 228 << 10, kRoom = 276 << 10;
  struct Object {
    const void* key;
    size_t begin, end;
  };
  void touch(Cell& cell, uint8_t mask, size_t offset, bool write, bool atomic, const Thread& by);
  unsigned char* base_;
  size_t dynamic_size_ = 0, fixed_used_ = 0;
  std::vector<Object> objects_;
  std::vector<uint8_t> written_;
  std::vector<Cell> cells_;
};

}  // namespace standin
