// Runs the blocks of a launch: a block's threads are fibers of one worker thread, scheduled in an order that the seed chooses.
#include <signal.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include "fibers.h"
#include "internal.h"
#include "team.h"

namespace standin {

__thread Thread* current __attribute__((tls_model("initial-exec"))) = nullptr;

uint64_t next_random(uint64_t& state) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return state >> 33;
}

namespace {

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
thread_local Worker* worker = nullptr;

void fiber_main();

[[noreturn]] void leave_block() {
  void* abandoned;
  standin_switch(&abandoned, worker->main_stack);
  __builtin_unreachable();
}

void fail(const char* what) {
  if (!worker->error.empty()) return;
  const Block& b = worker->block;
  char place[160];
  snprintf(place, sizeof place, "kernel %s, block (%u,%u,%u), thread (%u,%u,%u): ", b.kernel, b.index.x, b.index.y, b.index.z,
           current->x, current->y, current->z);
  worker->error = std::string(place) + what;
}

/** The next thread that can run, or null. Without a seed the same warp goes on, lowest lane first; with one, mostly, so that
 * one warp runs far ahead of the others. */
Thread* pick(Warp* running) {
  Block& b = worker->block;
  if (b.seed == 0) {
    const unsigned first = running ? running->index : 0;
    for (unsigned i = 0; i < b.warps; i++) {
      const Warp& w = worker->warps[(first + i) % b.warps];
      if (w.ready) return &worker->threads[w.index * kWarp + __builtin_ctz(w.ready)];
    }
  } else {
    const uint64_t dice = next_random(b.seed);
    const unsigned first = running && running->ready && dice % 64 ? running->index : static_cast<unsigned>(dice >> 8) % b.warps;
    for (unsigned i = 0; i < b.warps; i++) {
      const Warp& w = worker->warps[(first + i) % b.warps];
      if (!w.ready) continue;
      const unsigned turn = dice >> 20 & 31;
      const uint32_t turned = turn ? w.ready >> turn | w.ready << (32 - turn) : w.ready;
      return &worker->threads[w.index * kWarp + ((__builtin_ctz(turned) + turn) & 31)];
    }
  }
  if (worker->polling && b.progress != worker->polled_at) {
    worker->polled_at = b.progress;
    worker->polling = false;
    for (unsigned i = 0; i < b.warps; i++) {
      worker->warps[i].ready |= worker->warps[i].polling;
      worker->warps[i].polling = 0;
    }
    return pick(running);
  }
  return nullptr;
}

void go(Thread* next, void** from) {
  if (!next->stack_pointer) {
    if (!next->stack) next->stack = worker->stacks.take();
    next->stack_pointer = Stacks::prepare(next->stack, fiber_main);
  }
  current = next;
  standin_switch(from, next->stack_pointer);
}

void deadlock() {
  unsigned at_barrier = 0, in_warp = 0, polling = 0;
  for (unsigned i = 0; i < worker->block.warps; i++) {
    const Warp& w = worker->warps[i];
    in_warp += __builtin_popcount(w.arrived);
    polling += __builtin_popcount(w.polling);
    for (const uint32_t waiting : w.waiting) at_barrier += __builtin_popcount(waiting);
  }
  char text[160];
  snprintf(text, sizeof text, "deadlock: of %u threads %u wait at a barrier, %u for their warp, %u for an mbarrier",
           worker->block.alive, at_barrier, in_warp, polling);
  fail(text);
}

/** The current thread cannot go on: another runs. */
void yield() {
  Thread* self = current;
  Thread* next = pick(self->warp);
  if (next == self) return;
  if (next) {
    go(next, &self->stack_pointer);
  } else {
    deadlock();
    standin_switch(&self->stack_pointer, worker->main_stack);
  }
}

void run_meeting(Warp& warp, uint32_t lanes) {
  const unsigned first = __builtin_ctz(lanes);
  Thread* members[kWarp];
  unsigned count = 0;
  for (uint32_t rest = lanes; rest; rest &= rest - 1) {
    const unsigned lane = __builtin_ctz(rest);
    if (warp.meetings[lane] != warp.meetings[first] || warp.masks[lane] != warp.masks[first])
      trap("lanes %u and %u of warp %u meet in different collectives or with different masks", first, lane, warp.index);
    members[count++] = &worker->threads[warp.index * kWarp + lane];
  }
  warp.meetings[first](warp.arguments, lanes);
  worker->clocks.join(members, count, worker->block.threads);
  warp.arrived &= ~lanes;
  warp.ready |= lanes;
}

void open_barrier(unsigned id) {
  Thread* members[kMaxThreads];
  unsigned count = 0;
  for (unsigned i = 0; i < worker->block.warps; i++) {
    Warp& w = worker->warps[i];
    for (uint32_t rest = w.waiting[id]; rest; rest &= rest - 1)
      members[count++] = &worker->threads[i * kWarp + __builtin_ctz(rest)];
    w.ready |= w.waiting[id];
    w.waiting[id] = 0;
  }
  worker->clocks.join(members, count, worker->block.threads);
  worker->arrived[id] = 0;
}

/** Those who wait for all threads wait for one less. */
void leave(Thread* thread) {
  Warp& w = *thread->warp;
  w.ready &= ~(1u << thread->lane);
  w.gone |= 1u << thread->lane;
  worker->block.alive--;
  if (thread->copy_count) fail("ends with cp.async copies that it did not wait for");
  if (w.arrived) {
    const uint32_t lanes = w.masks[__builtin_ctz(w.arrived)] & w.members & ~w.gone;
    if (lanes && (w.arrived & lanes) == lanes) run_meeting(w, lanes);
  }
  if (worker->arrived[0] && worker->arrived[0] >= worker->block.alive) open_barrier(0);
}

void fiber_main() {
  for (;;) {
    Thread* self = current;
    worker->launch->entry(worker->launch->arguments);
    leave(self);
    if (!worker->error.empty()) leave_block();
    Thread* next = pick(self->warp);
    if (!next) {
      if (worker->block.alive) deadlock();
      leave_block();
    }
    if (!next->stack_pointer) {  // a thread that has not begun takes over this stack: no switch at all
      next->stack = self->stack;
      next->stack_pointer = next->stack;
      self->stack = nullptr;
      current = next;
      continue;
    }
    worker->retired.push_back(self->stack);
    self->stack = nullptr;
    go(next, &self->stack_pointer);
  }
}

void run_block(Worker& w) {
  Block& b = w.block;
  b.alive = b.threads;
  b.progress = 1;
  w.polled_at = 0;
  w.polling = false;
  memset(w.arrived, 0, sizeof w.arrived);
  for (unsigned i = 0; i < b.warps; i++) {
    Warp& warp = w.warps[i];
    memset(&warp, 0, sizeof warp);
    warp.index = i;
    const unsigned left = b.threads - i * kWarp;
    warp.members = warp.ready = left >= kWarp ? ~0u : (1u << left) - 1;
  }
  for (unsigned i = 0; i < b.threads; i++) {
    Thread& t = w.threads[i];
    t.stack_pointer = nullptr;
    t.block = &b;
    t.warp = &w.warps[i / kWarp];
    t.index = i;
    t.lane = i % kWarp;
    t.x = i % b.size.x;
    t.y = i / b.size.x % b.size.y;
    t.z = i / b.size.x / b.size.y;
    t.time = 1;
    t.clock = nullptr;
    t.copy_count = t.group_count = t.open_copies = 0;
    t.products_valid = false;
  }
  w.shared.begin(w.launch->dynamic_shared);
  go(pick(nullptr), &w.main_stack);
  current = nullptr;
  for (unsigned i = 0; i < b.threads; i++) {
    Thread& t = w.threads[i];
    if (t.stack) w.stacks.give(t.stack);
    t.stack = nullptr;
    w.clocks.drop(t.clock);
  }
  for (unsigned char* stack : w.retired) w.stacks.give(stack);
  w.retired.clear();
  w.clocks.clear();
}

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

void trap(const char* format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  fail(text);
  leave_block();
}

void barrier(unsigned id, unsigned threads) {
  Thread* self = current;
  Warp& w = *self->warp;
  const unsigned needed = threads ? threads : worker->block.alive;
  w.waiting[id] |= 1u << self->lane;
  w.ready &= ~(1u << self->lane);
  if (++worker->arrived[id] >= needed) open_barrier(id);
  yield();
}

void meet(uint32_t mask, void* argument, Meeting meeting) {
  Thread* self = current;
  Warp& w = *self->warp;
  const uint32_t bit = 1u << self->lane;
  if (!(mask & bit)) trap("lane %u is not in its own mask %08x", self->lane, mask);
  w.arguments[self->lane] = argument;
  w.meetings[self->lane] = meeting;
  w.masks[self->lane] = mask;
  w.arrived |= bit;
  w.ready &= ~bit;
  const uint32_t lanes = mask & w.members & ~w.gone;
  if ((w.arrived & lanes) == lanes) run_meeting(w, lanes);
  if (!(w.ready & bit)) yield();
}

void poll() {
  Warp& w = *current->warp;
  const uint32_t bit = 1u << current->lane;
  w.ready &= ~bit;
  w.polling |= bit;
  worker->polling = true;
  yield();
}

bool coin() { return worker->block.seed && next_random(worker->block.seed) & 1; }
unsigned char* dynamic_shared() { return worker->shared.dynamic(); }
size_t dynamic_shared_size() { return worker->shared.dynamic_size(); }
void* static_shared(const void* key, size_t bytes, size_t alignment) { return worker->shared.fixed(key, bytes, alignment); }

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

void release(const void* object) { worker->clocks.release_to(object, *current, worker->block.threads); }
void acquire(const void* object) { worker->clocks.acquire_from(object, *current, worker->block.threads); }

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
