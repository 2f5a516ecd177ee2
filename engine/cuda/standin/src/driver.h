// The driver's interface: error codes, queues and what its functions have in common.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "internal.h"

#define API extern "C" __attribute__((visibility("default"))) int

namespace standin {

enum Error {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kNotInitialized = 3,
  kNoDevice = 100,
  kInvalidDevice = 101,
  kInvalidImage = 200,
  kInvalidContext = 201,
  kNoBinaryForGpu = 209,
  kInvalidHandle = 400,
  kNotFound = 500,
  kNotReady = 600,
  kIllegalAddress = 700,
  kLaunchFailed = 719,
  kNotSupported = 801,
  kCaptureUnsupported = 900,
  kCaptureUnmatched = 903,
  kCaptureWrongThread = 908,
};

using Operation = std::function<int()>;
struct Graph {
  std::vector<Operation> operations;
};
struct Queued {
  uint64_t sequence;
  Operation operation;
};
struct Stream {
  std::deque<Queued> queue;
  Graph* capture = nullptr;
  bool began_capture = false, running = false;
  int capture_mode = 0;
};
struct Event {
  Stream* stream = nullptr;
  uint64_t sequence = 0, nanoseconds = 0;
  Graph* capture = nullptr;
  bool recorded = false, done = false;
};

extern std::recursive_mutex driver_mutex;
extern bool initialized;
extern int lost;  // the error after which a context is of no use

/** Keeps and prints the words that cuGetErrorString then gives for this code. */
int complain(int error, const std::string& what);
Stream* stream_of(void* handle);
/** Queues an operation, or records it where the stream is being captured. */
int submit(Stream* stream, Operation operation);
/** Runs what was queued up to a sequence number. */
int drain(Stream* stream, uint64_t until = ~0ull);
int drain_all();
bool has_context();
/** Whether a capture forbids this thread calls that are unsafe in one: its own, or another thread's in global mode. */
bool capture_forbids();

}  // namespace standin

/** Every function that needs a context begins so. */
#define ENTER                                               \
  using namespace standin;                                  \
  std::lock_guard<std::recursive_mutex> lock(driver_mutex); \
  if (!initialized) return kNotInitialized;                 \
  if (lost) return lost;                                    \
  if (!has_context()) return complain(kInvalidContext, std::string(__func__) + ": this thread has no context");
#define REFUSE_CAPTURE \
  if (capture_forbids()) return complain(kCaptureUnsupported, std::string(__func__) + " while a stream is being captured");
