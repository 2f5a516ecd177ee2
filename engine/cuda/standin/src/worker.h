// What an OS thread that runs blocks has.
#pragma once
#include <string>
#include <vector>

#include "fibers.h"
#include "internal.h"

namespace standin {

struct Worker {
  Block block;
  Warp warps[kMaxThreads / kWarp];
  std::vector<Thread> threads{kMaxThreads};
  std::vector<unsigned char*> retired;
  Stacks stacks;
  SharedMemory shared;
  Clocks clocks;
  const Launch* launch = nullptr;
  void* main_stack = nullptr;
  unsigned arrived[kNamedBarriers];
  uint64_t polled_at = 0;
  bool polling = false, illegal = false;
  std::string error;
};
extern __thread Worker* worker __attribute__((tls_model("initial-exec")));

/** Runs the block that the worker holds, to its end or to an error. */
void run_block(Worker& w);
/** Notes what went wrong in the current thread, unless something has already. */
void fail(const char* what);
/** Gives up the block from within one of its threads. */
[[noreturn]] void leave_block();

}  // namespace standin
