// Runs a block: its threads are fibers of one worker thread, scheduled in an order that the seed chooses.
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "worker.h"

namespace standin {

__thread Thread* current __attribute__((tls_model("initial-exec"))) = nullptr;
__thread Worker* worker __attribute__((tls_model("initial-exec"))) = nullptr;

uint64_t next_random(uint64_t& state) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return state >> 33;
}

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

namespace {

void fiber_main();

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

}  // namespace

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

void release(const void* object) { worker->clocks.release_to(object, *current, worker->block.threads); }
void acquire(const void* object) { worker->clocks.acquire_from(object, *current, worker->block.threads); }

}  // namespace standin
