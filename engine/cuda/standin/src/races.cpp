// Finds accesses of a block's threads to shared memory that no barrier, warp collective or mbarrier puts in order: each thread
// has a vector clock, each four bytes remember who touched them when.
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "internal.h"

namespace standin {

Clock* Clocks::fresh() {
  Clock* clock = free_;
  if (clock)
    free_ = clock->next;
  else
    clock = static_cast<Clock*>(malloc(sizeof(Clock)));
  clock->references = 0;
  return clock;
}

void Clocks::drop(const Clock* dropped) {
  Clock* clock = const_cast<Clock*>(dropped);
  if (!clock || --clock->references) return;
  clock->next = free_;
  free_ = clock;
}

void Clocks::set(Thread& thread, Clock* clock) {
  clock->references++;
  drop(thread.clock);
  thread.clock = clock;
}

static void raise(Clock* to, const Clock* from, unsigned threads) {
  if (!from) return;
  for (unsigned i = 0; i < threads; i++) to->at[i] = std::max(to->at[i], from->at[i]);
}

void Clocks::join(Thread** threads, unsigned count, unsigned block_threads) {
  Clock* joined = fresh();
  memset(joined->at, 0, block_threads * sizeof joined->at[0]);
  const Clock* last = nullptr;
  for (unsigned i = 0; i < count; i++) {
    // Threads mostly share a clock already.
    if (threads[i]->clock != last) raise(joined, last = threads[i]->clock, block_threads);
  }
  for (unsigned i = 0; i < count; i++) joined->at[threads[i]->index] = threads[i]->time++;
  for (unsigned i = 0; i < count; i++) set(*threads[i], joined);
}

void Clocks::release_to(const void* object, Thread& thread, unsigned block_threads) {
  Clock* clock = nullptr;
  for (auto& known : objects_)
    if (known.first == object) clock = known.second;
  if (!clock) {
    clock = fresh();
    clock->references = 1;
    memset(clock->at, 0, block_threads * sizeof clock->at[0]);
    objects_.emplace_back(object, clock);
  }
  raise(clock, thread.clock, block_threads);
  clock->at[thread.index] = thread.time++;
}

void Clocks::acquire_from(const void* object, Thread& thread, unsigned block_threads) {
  for (auto& known : objects_) {
    if (known.first != object) continue;
    Clock* joined = fresh();
    memcpy(joined->at, known.second->at, block_threads * sizeof joined->at[0]);
    raise(joined, thread.clock, block_threads);
    set(thread, joined);
  }
}

void Clocks::clear() {
  for (auto& known : objects_) drop(known.second);
  objects_.clear();
}

SharedMemory::SharedMemory() : written_(kRoom), cells_(kRoom / 4) {
  base_ = static_cast<unsigned char*>(
      mmap(nullptr, kRoom + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  mprotect(base_ + kRoom, 4096, PROT_NONE);
}

void SharedMemory::begin(size_t dynamic_bytes) {
  const auto forget = [this](size_t from, size_t bytes) {
    memset(base_ + from, 0xff, bytes);  // NaN
    memset(written_.data() + from, 0, bytes);
    memset(static_cast<void*>(cells_.data() + from / 4), 0, (bytes + 3) / 4 * sizeof(Cell));
  };
  forget(0, dynamic_bytes);
  forget(kFixed, fixed_used_);
  dynamic_size_ = dynamic_bytes;
  fixed_used_ = 0;
  objects_.clear();
}

void* SharedMemory::fixed(const void* key, size_t bytes, size_t alignment) {
  for (const Object& object : objects_)
    if (object.key == key) return base_ + object.begin;
  const size_t begin = (kFixed + fixed_used_ + alignment - 1) / alignment * alignment;
  if (begin + bytes + 16 > kRoom) trap("more than 48 KiB of static shared memory");
  fixed_used_ = begin + bytes + 16 - kFixed;  // a gap behind each object
  objects_.push_back({key, begin, begin + bytes});
  return base_ + begin;
}

void SharedMemory::access(uintptr_t address, size_t bytes, bool write, bool atomic, const Thread& by) {
  const size_t at = address - reinterpret_cast<uintptr_t>(base_);
  bool inside = at + bytes <= dynamic_size_;
  for (size_t i = 0; !inside && i < objects_.size(); i++) inside = at >= objects_[i].begin && at + bytes <= objects_[i].end;
  if (!inside)
    trap("%s %zu bytes of shared memory at %s+%zu, outside what the block has (%zu dynamic bytes)", write ? "writes" : "reads",
         bytes, at < kFixed ? "dynamic" : "static", at < kFixed ? at : at - kFixed, dynamic_size_);
  const uint8_t* unwritten = static_cast<const uint8_t*>(memchr(&written_[at], 0, bytes));
  if (unwritten) {
    if (!write || atomic) trap("reads shared memory at +%zu, which nobody has written", unwritten - written_.data());
    memset(&written_[at], 1, bytes);
  }
  for (size_t i = at; i < at + bytes;) {
    const size_t cell = i / 4, end = std::min(at + bytes, cell * 4 + 4);
    const auto mask = static_cast<uint8_t>(((1u << (end - i)) - 1) << i % 4);
    // Most accesses repeat what the thread has just done.
    const Touch same{by.time, static_cast<uint16_t>(by.index), mask, atomic};
    const Touch* kept = write ? cells_[cell].writes : cells_[cell].reads;
    if (memcmp(&kept[0], &same, sizeof same) && memcmp(&kept[1], &same, sizeof same)) touch(cells_[cell], mask, i, write, atomic, by);
    i = end;
  }
}

void SharedMemory::touch(Cell& cell, uint8_t mask, size_t offset, bool write, bool atomic, const Thread& by) {
  const auto check = [&](const Touch& other, const char* did) {
    if (other.bytes & mask && !(other.atomic && atomic) && !Clocks::seen(by, other.thread, other.time))
      trap("race: %s shared memory at +%zu, which thread %u %s, and nothing puts the two in order", write ? "writes" : "reads",
           offset, other.thread, did);
  };
  for (const Touch& other : cell.writes) check(other, "wrote");
  if (write)
    for (const Touch& other : cell.reads) check(other, "read");
  Touch* kept = write ? cell.writes : cell.reads;
  const auto replaceable = [&](const Touch& t) {
    return !(t.bytes & ~mask) && (write || Clocks::seen(by, t.thread, t.time));
  };
  Touch& slot = replaceable(kept[0]) ? kept[0] : replaceable(kept[1]) ? kept[1] : kept[by.time & 1];
  slot = {by.time, static_cast<uint16_t>(by.index), mask, atomic};
}

}  // namespace standin
