// Stacks and the switch between them.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <vector>

namespace standin {

/** Saves the callee-saved registers and the stack pointer to `*from`, goes on where `to` was saved. */
extern "C" void standin_switch(void** from, void* to);


/** Stacks for reuse, each with an unmapped page below it. */
class Stacks {
 public:
  static constexpr size_t kBytes = 64 << 10, kGuard = 4096;

  unsigned char* take() {
    if (!free_.empty()) {
      unsigned char* stack = free_.back();
      free_.pop_back();
      return stack;
    }
    void* p = mmap(nullptr, kGuard + kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    mprotect(p, kGuard, PROT_NONE);
    return static_cast<unsigned char*>(p) + kGuard;
  }
  void give(unsigned char* stack) { free_.push_back(stack); }

  /** What standin_switch goes to in order to call `entry` on a fresh stack. */
  static void* prepare(unsigned char* stack, void (*entry)()) {
    void** top = reinterpret_cast<void**>(stack + kBytes - 64);
    top[0] = reinterpret_cast<void*>(entry);
    top[1] = nullptr;  // where `entry` would return to
    return top - 6;
  }

 private:
  std::vector<unsigned char*> free_;
};

}  // namespace standin
