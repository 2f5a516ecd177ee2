// Runs the blocks of a launch on several workers, and makes their faults errors of the kernel.
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <mutex>

#include "team.h"
#include "worker.h"

namespace standin {

namespace {

/** Blocks of a launch, taken by the workers one after another. */
struct Job {
  const Launch* launch;
  std::atomic<uint64_t> next{0};
  std::mutex mutex;
  std::string error;
  bool illegal = false;
};

void take_blocks(Job& job) {
  if (!worker) worker = new Worker;
  Worker& w = *worker;
  const Launch& launch = *job.launch;
  w.launch = &launch;
  Block& b = w.block;
  b.grid = launch.grid;
  b.size = launch.block;
  b.threads = b.size.x * b.size.y * b.size.z;
  b.warps = (b.threads + kWarp - 1) / kWarp;
  b.kernel = launch.kernel.c_str();
  const uint64_t total = static_cast<uint64_t>(b.grid.x) * b.grid.y * b.grid.z;
  const uint64_t seed = settings.seed;
  for (uint64_t i; (i = job.next.fetch_add(1)) < total;) {
    const uint64_t at = seed ? total - 1 - i : i;
    b.seed = seed ? seed * 0x9e3779b97f4a7c15ull + at + 1 : 0;
    b.index = {static_cast<unsigned>(at % b.grid.x), static_cast<unsigned>(at / b.grid.x % b.grid.y),
               static_cast<unsigned>(at / b.grid.x / b.grid.y)};
    w.error.clear();
    w.illegal = false;
    run_block(w);
    if (w.error.empty()) continue;
    std::lock_guard lock(job.mutex);
    if (job.error.empty()) {
      job.error = w.error;
      job.illegal = w.illegal;
    }
    job.next = total;
  }
}

struct sigaction before;
void on_fault(int signal, siginfo_t* info, void* context) {
  if (worker && current) {
    char text[64];
    snprintf(text, sizeof text, "illegal address %p", info->si_addr);
    fail(text);
    worker->illegal = true;
    leave_block();
  }
  if (before.sa_flags & SA_SIGINFO)
    before.sa_sigaction(signal, info, context);
  else
    ::signal(signal, SIG_DFL);
}

/** Workers' own faults are theirs; all others go where they went before. */
void catch_faults() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    sigaction(SIGSEGV, &action, &before);
  });
}

}  // namespace

std::string run(const Launch& launch, bool& illegal_access) {
  catch_faults();
  Job job;
  job.launch = &launch;
  const uint64_t blocks = static_cast<uint64_t>(launch.grid.x) * launch.grid.y * launch.grid.z;
  const unsigned count = static_cast<unsigned>(std::min<uint64_t>(settings.workers, blocks));
  team().run(count, [&job] { take_blocks(job); });
  illegal_access = job.illegal;
  return job.error;
}

}  // namespace standin
