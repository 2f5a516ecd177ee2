// Device memory: host pages in one reserved range, with two bits per byte that say whether it is allocated and was written.
#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "internal.h"

namespace standin {
namespace {

constexpr size_t kReserved = 64ull << 30, kPage = 4096, kAlignment = 256;
struct Allocation {
  size_t bytes;
  bool on_host;
};
std::mutex mutex;
std::map<uintptr_t, Allocation> allocations;
uintptr_t base, next;
size_t used;
uint64_t *allocated, *written;

void* map(size_t bytes, int protection) {
  void* p = mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) {
    perror("[CUDA stand-in] cannot reserve address space");
    abort();
  }
  return p;
}

uint64_t low_bits(size_t n) { return n >= 64 ? ~0ull : (1ull << n) - 1; }
/** Up to 32 bits of a map. */
uint64_t bits(const uint64_t* map, size_t at, size_t n) {
  const size_t word = at / 64, shift = at % 64;
  uint64_t value = __atomic_load_n(map + word, __ATOMIC_RELAXED) >> shift;
  if (shift + n > 64) value |= __atomic_load_n(map + word + 1, __ATOMIC_RELAXED) << (64 - shift);
  return value & low_bits(n);
}
void set_word(uint64_t* map, size_t word, uint64_t mask, bool on) {
  if (on)
    __atomic_fetch_or(map + word, mask, __ATOMIC_RELAXED);
  else
    __atomic_fetch_and(map + word, ~mask, __ATOMIC_RELAXED);
}
void set(uint64_t* map, size_t at, size_t n, bool on) {
  while (n) {
    const size_t shift = at % 64, here = std::min<size_t>(n, 64 - shift);
    set_word(map, at / 64, low_bits(here) << shift, on);
    at += here;
    n -= here;
  }
}

}  // namespace

void open_memory() {
  std::lock_guard lock(mutex);
  if (base) return;
  base = reinterpret_cast<uintptr_t>(map(kReserved, PROT_NONE));
  allocated = static_cast<uint64_t*>(map(kReserved / 8 + 64, PROT_READ | PROT_WRITE));
  written = static_cast<uint64_t*>(map(kReserved / 8 + 64, PROT_READ | PROT_WRITE));
  next = base + kPage;
}

uintptr_t allocate(size_t bytes, bool on_host) {
  std::lock_guard lock(mutex);
  const size_t pages = (bytes + kPage - 1) / kPage * kPage;
  if (!bytes || (!on_host && used + bytes > settings.memory) || next + pages + kPage > base + kReserved) return 0;
  if (mprotect(reinterpret_cast<void*>(next), pages, PROT_READ | PROT_WRITE)) return 0;
  // The last byte, but for alignment, lies before an unmapped page.
  const uintptr_t address = next + (pages - (bytes + kAlignment - 1) / kAlignment * kAlignment);
  next += pages + kPage;
  set(allocated, address - base, bytes, true);
  allocations[address] = {bytes, on_host};
  if (on_host)
    set(written, address - base, bytes, true);
  else
    used += bytes;
  if (bytes <= 64 << 20) memset(reinterpret_cast<void*>(address), 0xff, bytes);  // NaN
  return address;
}

static bool release_locked(uintptr_t address) {
  const auto found = allocations.find(address);
  if (found == allocations.end()) return false;
  const size_t bytes = found->second.bytes;
  if (!found->second.on_host) used -= bytes;
  allocations.erase(found);
  set(allocated, address - base, bytes, false);
  set(written, address - base, bytes, false);
  // Addresses are not used again: what still points here is caught.
  const uintptr_t first = address / kPage * kPage, last = (address + bytes + kPage - 1) / kPage * kPage;
  madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
  mprotect(reinterpret_cast<void*>(first), last - first, PROT_NONE);
  return true;
}

bool release_memory(uintptr_t address) {
  std::lock_guard lock(mutex);
  return release_locked(address);
}

void release_all_memory() {
  std::lock_guard lock(mutex);
  while (!allocations.empty()) release_locked(allocations.begin()->first);
}

bool inside_allocation(uintptr_t address, size_t bytes, bool* on_host) {
  std::lock_guard lock(mutex);
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin()) return false;
  --after;
  if (on_host) *on_host = after->second.on_host;
  return address + bytes <= after->first + after->second.bytes;
}

size_t memory_used() {
  std::lock_guard lock(mutex);
  return used;
}

bool is_device_address(uintptr_t address) { return address - base < kReserved; }

void mark_written(uintptr_t address, size_t bytes) {
  if (is_device_address(address)) set(written, address - base, bytes, true);
}

void copy_marks(uintptr_t to, uintptr_t from, size_t bytes) {
  for (size_t done = 0; done < bytes; done += 32) {
    const size_t n = std::min<size_t>(32, bytes - done);
    const uint64_t marks = bits(written, from + done - base, n);
    for (size_t i = 0; i < n; i++) set(written, to + done + i - base, 1, marks >> i & 1);
  }
}

size_t first_unwritten(uintptr_t address, size_t bytes) {
  for (size_t done = 0; done < bytes; done += 32) {
    const size_t n = std::min<size_t>(32, bytes - done);
    const uint64_t missing = ~bits(written, address + done - base, n) & low_bits(n);
    if (missing) return done + __builtin_ctzll(missing);
  }
  return bytes;
}

const char* device_access_problem(uintptr_t address, size_t bytes, bool write) {
  const size_t at = address - base;
  for (size_t done = 0; done < bytes; done += 32) {
    const size_t n = std::min<size_t>(32, bytes - done);
    if (bits(allocated, at + done, n) != low_bits(n)) return "outside every allocation (out of bounds, or freed)";
    if (bits(written, at + done, n) == low_bits(n)) continue;
    if (!write) return "which nobody has written";
    set(written, at + done, n, true);
  }
  return nullptr;
}

}  // namespace standin
