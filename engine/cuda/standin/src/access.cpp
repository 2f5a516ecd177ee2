// What a kernel may touch: checked before every access.
#include <cstddef>
#include <cstdint>

#include "worker.h"

namespace standin {

// The first KiB of shared addresses is not used, so that a forgotten address is caught.
uint32_t shared_offset(const void* address) {
  const size_t at = static_cast<const unsigned char*>(address) - dynamic_shared();
  if (at > dynamic_shared_size()) trap("not an address of dynamic shared memory");
  return static_cast<uint32_t>(at) + 1024;
}
void* shared_pointer(uint32_t offset, size_t bytes) {
  if (offset < 1024 || offset - 1024 + bytes > dynamic_shared_size())
    trap("shared address %u outside %zu bytes of dynamic shared memory", offset, dynamic_shared_size());
  return dynamic_shared() + (offset - 1024);
}

static void check(const void* p, size_t bytes, bool write, bool atomic) {
  if (!current) return;
  const auto address = reinterpret_cast<uintptr_t>(p);
  if (worker->shared.contains(address)) return worker->shared.access(address, bytes, write, atomic, *current);
  if (is_device_address(address)) {
    const char* problem = device_access_problem(address, bytes, write);
    if (!problem) return;
    worker->illegal = true;
    trap("%s %zu bytes at %p, %s", write ? "writes" : "reads", bytes, p, problem);
  }
  if (address - reinterpret_cast<uintptr_t>(current->stack) < Stacks::kBytes) return;
  if (write) {
    // A collective writes its results to other lanes' stacks by hand; nothing else may.
    worker->illegal = true;
    trap("writes %zu bytes at %p, which is not device memory", bytes, p);
  }
  const Launch& launch = *worker->launch;
  const auto arguments = reinterpret_cast<uintptr_t>(launch.arguments);
  if (Range{arguments, arguments + launch.argument_bytes}.contains(address, bytes)) return;
  for (const Range& range : launch.image)
    if (range.contains(address, bytes)) return;
  worker->illegal = true;
  trap("reads %zu bytes at %p, which is not device memory", bytes, p);
}
void check_read(const void* address, size_t bytes) { check(address, bytes, false, false); }
void check_write(const void* address, size_t bytes) { check(address, bytes, true, false); }
void check_atomic(const void* address, size_t bytes) { check(address, bytes, true, true); }

}  // namespace standin
