// Streams, events, captures and graphs. Work is queued and runs when somebody waits for it.
#include <time.h>

#include <algorithm>

#include "driver.h"

namespace standin {

enum CaptureMode { kGlobal = 0, kThreadLocal = 1, kRelaxed = 2 };
static int captures_by_all = 0;
static thread_local int captures_by_this = 0;
static Stream default_stream;
static std::vector<Stream*> streams{&default_stream};
static uint64_t sequence = 0, order = 1;

bool capture_forbids() { return captures_by_this || captures_by_all; }

static void count_capture(int mode, int more) {
  if (mode != kRelaxed) captures_by_this += more;
  if (mode == kGlobal) captures_by_all += more;
}

Stream* stream_of(void* handle) { return handle ? static_cast<Stream*>(handle) : &default_stream; }

int submit(Stream* stream, Operation operation) {
  if (lost) return lost;
  if (stream->capture) {
    stream->capture->operations.push_back(std::move(operation));
    return kSuccess;
  }
  stream->queue.push_back({++sequence, std::move(operation)});
  return settings.eager ? drain(stream) : static_cast<int>(kSuccess);
}

int drain(Stream* stream, uint64_t until) {
  if (stream->running) return kSuccess;
  while (!stream->queue.empty() && stream->queue.front().sequence <= until) {
    const Operation operation = std::move(stream->queue.front().operation);
    stream->queue.pop_front();
    if (lost) continue;
    stream->running = true;
    const int error = operation();
    stream->running = false;
    if (error) lost = error;
  }
  return lost;
}

int drain_all() {
  if (!settings.seed) {
    for (Stream* stream : streams) drain(stream);
    return lost;
  }
  // One operation of a stream at random at a time.
  for (;;) {
    std::vector<Stream*> busy;
    for (Stream* stream : streams)
      if (!stream->queue.empty() && !stream->running) busy.push_back(stream);
    if (busy.empty()) return lost;
    Stream* chosen = busy[(next_random(order) + settings.seed) % busy.size()];
    drain(chosen, chosen->queue.front().sequence);
  }
}

static uint64_t now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

}  // namespace standin

using namespace standin;

API cuStreamCreate(void** stream, unsigned) {
  ENTER
  auto* made = new Stream;
  streams.push_back(made);
  *stream = made;
  return kSuccess;
}
API cuStreamCreateWithPriority(void** stream, unsigned flags, int) { return cuStreamCreate(stream, flags); }
API cuStreamDestroy_v2(void* stream) {
  ENTER
  const int error = drain(stream_of(stream));
  streams.erase(std::remove(streams.begin(), streams.end(), stream), streams.end());
  delete static_cast<Stream*>(stream);
  return error;
}
API cuStreamSynchronize(void* stream) {
  ENTER
  if (stream_of(stream)->capture) return complain(kCaptureUnsupported, "cuStreamSynchronize of a stream that is being captured");
  return drain(stream_of(stream));
}
API cuStreamQuery(void* stream) {
  ENTER
  Stream* s = stream_of(stream);
  if (s->queue.empty()) return kSuccess;
  drain(s, s->queue.front().sequence);
  return lost ? lost : static_cast<int>(kNotReady);
}
API cuEventCreate(void** event, unsigned) {
  ENTER
  *event = new Event;
  return kSuccess;
}
API cuEventDestroy_v2(void* event) {
  ENTER
  auto* e = static_cast<Event*>(event);
  if (e->recorded && !e->done) drain(e->stream, e->sequence);
  delete e;
  return kSuccess;
}
API cuEventRecord(void* event, void* stream) {
  ENTER
  auto* e = static_cast<Event*>(event);
  Stream* s = stream_of(stream);
  e->capture = s->capture;
  if (s->capture) return kSuccess;
  e->stream = s;
  e->recorded = true;
  e->done = false;
  const uint64_t mine = e->sequence = sequence + 1;
  return submit(s, [e, mine]() -> int {
    if (e->sequence == mine) {
      e->done = true;
      e->nanoseconds = now();
    }
    return kSuccess;
  });
}
API cuEventQuery(void* event) {
  ENTER
  auto* e = static_cast<Event*>(event);
  return !e->recorded || e->done ? kSuccess : kNotReady;
}
API cuEventSynchronize(void* event) {
  ENTER
  auto* e = static_cast<Event*>(event);
  return e->recorded && !e->done ? drain(e->stream, e->sequence) : static_cast<int>(kSuccess);
}
API cuEventElapsedTime(float* milliseconds, void* first, void* last) {
  ENTER
  const auto *a = static_cast<Event*>(first), *b = static_cast<Event*>(last);
  if (!a->recorded || !b->recorded) return kInvalidHandle;
  if (!a->done || !b->done) return kNotReady;
  *milliseconds = static_cast<float>(static_cast<double>(b->nanoseconds - a->nanoseconds) * 1e-6);
  return kSuccess;
}
API cuStreamWaitEvent(void* stream, void* event, unsigned) {
  ENTER
  auto* e = static_cast<Event*>(event);
  Stream* s = stream_of(stream);
  if (e->capture) {  // a fork or join of a capture: its operations keep the order in which they were recorded
    if (!s->capture) s->capture = e->capture;
    return kSuccess;
  }
  if (!e->recorded || e->done) return kSuccess;
  return submit(s, [from = e->stream, until = e->sequence] { return drain(from, until); });
}

API cuStreamBeginCapture_v2(void* stream, int mode) {
  ENTER
  if (!stream) return complain(kCaptureUnsupported, "the default stream cannot be captured");
  Stream* s = stream_of(stream);
  if (s->capture) return complain(kCaptureUnsupported, "the stream is being captured already");
  s->capture = new Graph;
  s->began_capture = true;
  s->capture_mode = mode;
  count_capture(mode, 1);
  return kSuccess;
}
API cuStreamEndCapture(void* stream, void** graph) {
  ENTER
  Graph* made = stream_of(stream)->capture;
  if (!made || !stream_of(stream)->began_capture) return complain(kCaptureUnmatched, "no capture began on this stream");
  const int mode = stream_of(stream)->capture_mode;
  if (mode != kRelaxed && !captures_by_this) return complain(kCaptureWrongThread, "another thread began the capture");
  for (Stream* s : streams) {
    if (s->capture != made) continue;
    s->capture = nullptr;
    s->began_capture = false;
  }
  count_capture(mode, -1);
  *graph = made;
  return kSuccess;
}
API cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long) {
  ENTER
  *executable = new Graph(*static_cast<Graph*>(graph));
  return kSuccess;
}
API cuGraphLaunch(void* executable, void* stream) {
  ENTER
  return submit(stream_of(stream), [graph = static_cast<Graph*>(executable)] {
    for (const Operation& operation : graph->operations)
      if (const int error = operation()) return error;
    return static_cast<int>(kSuccess);
  });
}
API cuGraphExecDestroy(void* executable) {
  ENTER
  drain_all();
  delete static_cast<Graph*>(executable);
  return kSuccess;
}
API cuGraphDestroy(void* graph) {
  ENTER
  delete static_cast<Graph*>(graph);
  return kSuccess;
}
