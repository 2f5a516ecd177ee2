// The calls that the compiler's thread-sanitizer pass puts before every access of a kernel to memory that others can see.
#include <standin/runtime.h>

#define HOOK extern "C" __attribute__((visibility("default"))) void
#define HOOKS(n)                                                             \
  HOOK __tsan_read##n(void* p) { standin::check_read(p, n); }                \
  HOOK __tsan_write##n(void* p) { standin::check_write(p, n); }              \
  HOOK __tsan_unaligned_read##n(void* p) { standin::check_read(p, n); }      \
  HOOK __tsan_unaligned_write##n(void* p) { standin::check_write(p, n); }
HOOKS(1)
HOOKS(2)
HOOKS(4)
HOOKS(8)
HOOKS(16)
HOOK __tsan_read_range(void* p, unsigned long n) { standin::check_read(p, n); }
HOOK __tsan_write_range(void* p, unsigned long n) { standin::check_write(p, n); }
HOOK __tsan_vptr_update(void**, void*) {}
HOOK __tsan_func_entry(void*) {}
HOOK __tsan_func_exit() {}
HOOK __tsan_init() {}
HOOK __tsan_atomic_thread_fence(int) {}
