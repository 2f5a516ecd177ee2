// Allocation, copies and fills. Copies run when their stream is waited for, so that a missing wait shows.
#include <cstring>
#include <memory>

#include "driver.h"

using namespace standin;

namespace {

uintptr_t number(const void* p) { return reinterpret_cast<uintptr_t>(p); }
void* pointer(uintptr_t address) { return reinterpret_cast<void*>(address); }

int allocate_or_refuse(size_t bytes, bool on_host, uintptr_t* address) {
  if (!bytes) return complain(kInvalidValue, "an allocation of no bytes");
  *address = allocate(bytes, on_host);
  if (*address) return kSuccess;
  return complain(kOutOfMemory, "no room for " + std::to_string(bytes) + " bytes, " + std::to_string(memory_used()) + " of " +
                                    std::to_string(settings.memory) + " are taken");
}
int check_range(const char* call, uintptr_t address, size_t bytes) {
  if (!bytes || inside_allocation(address, bytes)) return kSuccess;
  return complain(kInvalidValue, std::string(call) + ": " + std::to_string(bytes) + " bytes do not lie in one live allocation");
}
#define RANGE(address, bytes) \
  if (int error = check_range(__func__, address, bytes)) return error;

int to_device(uintptr_t to, const void* from, size_t bytes) {
  memcpy(pointer(to), from, bytes);
  mark_written(to, bytes);
  return kSuccess;
}
int to_host(void* to, uintptr_t from, size_t bytes) {
  const size_t written = first_unwritten(from, bytes);
  if (written < bytes)
    return complain(kIllegalAddress, "a copy of " + std::to_string(bytes) + " bytes to the host; byte " +
                                         std::to_string(written) + " was never written");
  memcpy(to, pointer(from), bytes);
  return kSuccess;
}
int within_device(uintptr_t to, uintptr_t from, size_t bytes) {
  memmove(pointer(to), pointer(from), bytes);
  copy_marks(to, from, bytes);
  return kSuccess;
}
bool pinned(const void* p, size_t bytes) {
  bool on_host = false;
  return inside_allocation(number(p), bytes, &on_host) && on_host;
}
template <class T> int fill(void* stream, uintptr_t to, T value, size_t count) {
  return submit(stream_of(stream), [=]() -> int {
    for (size_t i = 0; i < count; i++) static_cast<T*>(pointer(to))[i] = value;
    mark_written(to, count * sizeof(T));
    return kSuccess;
  });
}

}  // namespace

API cuMemGetInfo_v2(size_t* available, size_t* total) {
  ENTER
  *total = settings.memory;
  *available = *total - memory_used();
  return kSuccess;
}
API cuMemAlloc_v2(uintptr_t* address, size_t bytes) {
  ENTER REFUSE_CAPTURE
  return allocate_or_refuse(bytes, false, address);
}
API cuMemFree_v2(uintptr_t address) {
  ENTER REFUSE_CAPTURE
  if (int error = drain_all()) return error;
  return !address || release_memory(address) ? kSuccess : complain(kInvalidValue, "cuMemFree of what is not allocated");
}
API cuMemHostAlloc(void** p, size_t bytes, unsigned) {
  ENTER
  uintptr_t address = 0;
  const int error = allocate_or_refuse(bytes, true, &address);
  *p = pointer(address);
  return error;
}
API cuMemFreeHost(void* p) {
  ENTER
  if (int error = drain_all()) return error;
  return release_memory(number(p)) ? kSuccess : complain(kInvalidValue, "cuMemFreeHost of what is not allocated");
}
API cuMemcpyHtoD_v2(uintptr_t to, const void* from, size_t bytes) {
  ENTER REFUSE_CAPTURE RANGE(to, bytes)
  submit(stream_of(nullptr), [=] { return to_device(to, from, bytes); });
  return drain_all();
}
API cuMemcpyDtoH_v2(void* to, uintptr_t from, size_t bytes) {
  ENTER REFUSE_CAPTURE RANGE(from, bytes)
  submit(stream_of(nullptr), [=] { return to_host(to, from, bytes); });
  return drain_all();
}
API cuMemcpyDtoD_v2(uintptr_t to, uintptr_t from, size_t bytes) {
  ENTER RANGE(to, bytes) RANGE(from, bytes)
  return submit(stream_of(nullptr), [=] { return within_device(to, from, bytes); });
}
API cuMemcpyHtoDAsync_v2(uintptr_t to, const void* from, size_t bytes, void* stream) {
  ENTER RANGE(to, bytes)
  if (pinned(from, bytes)) return submit(stream_of(stream), [=] { return to_device(to, from, bytes); });
  // Pageable memory is read before the call returns.
  const auto begin = static_cast<const char*>(from);
  auto staged = std::make_shared<std::vector<char>>(begin, begin + bytes);
  return submit(stream_of(stream), [=] { return to_device(to, staged->data(), bytes); });
}
API cuMemcpyDtoHAsync_v2(void* to, uintptr_t from, size_t bytes, void* stream) {
  ENTER RANGE(from, bytes)
  Stream* s = stream_of(stream);
  if (!pinned(to, bytes) && s->capture) return complain(kCaptureUnsupported, "a copy to pageable memory in a capture");
  if (int error = submit(s, [=] { return to_host(to, from, bytes); })) return error;
  return pinned(to, bytes) ? kSuccess : drain(s);
}
API cuMemcpyDtoDAsync_v2(uintptr_t to, uintptr_t from, size_t bytes, void* stream) {
  ENTER RANGE(to, bytes) RANGE(from, bytes)
  return submit(stream_of(stream), [=] { return within_device(to, from, bytes); });
}
API cuMemsetD8Async(uintptr_t to, unsigned char value, size_t count, void* stream) {
  ENTER RANGE(to, count)
  return fill(stream, to, value, count);
}
API cuMemsetD32Async(uintptr_t to, unsigned value, size_t count, void* stream) {
  ENTER RANGE(to, count * 4)
  return fill(stream, to, value, count);
}
