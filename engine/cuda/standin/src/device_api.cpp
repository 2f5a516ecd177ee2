// Device, context and errors.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "driver.h"

namespace standin {

Settings settings;
std::recursive_mutex driver_mutex;
bool initialized = false;
int lost = 0;
static std::map<int, std::string> complaints;
static thread_local std::vector<void*> contexts;
static int the_context;

bool has_context() { return !contexts.empty() && contexts.back(); }

int complain(int error, const std::string& what) {
  complaints[error] = "stand-in driver: " + what;
  if (settings.verbose) fprintf(stderr, "[CUDA stand-in] error %d: %s\n", error, what.c_str());
  return error;
}

static bool change(const std::string& name, long long value) {
  if (name == "seed")
    settings.seed = value;
  else if (name == "workers")
    settings.workers = value;
  else if (name == "memory")
    settings.memory = value;
  else if (name == "capability")
    settings.capability = value;
  else if (name == "eager")
    settings.eager = value;
  else if (name == "verbose")
    settings.verbose = value;
  else if (name == "fail")
    settings.fail = value;
  else if (name == "version")
    settings.version = value;
  else if (name == "devices")
    settings.devices = value;
  else
    return false;
  return true;
}

static const char* name_of(int error) {
  switch (error) {
    case kSuccess: return "CUDA_SUCCESS";
    case kInvalidValue: return "CUDA_ERROR_INVALID_VALUE";
    case kOutOfMemory: return "CUDA_ERROR_OUT_OF_MEMORY";
    case kNotInitialized: return "CUDA_ERROR_NOT_INITIALIZED";
    case kNoDevice: return "CUDA_ERROR_NO_DEVICE";
    case kInvalidDevice: return "CUDA_ERROR_INVALID_DEVICE";
    case kInvalidImage: return "CUDA_ERROR_INVALID_IMAGE";
    case kInvalidContext: return "CUDA_ERROR_INVALID_CONTEXT";
    case kNoBinaryForGpu: return "CUDA_ERROR_NO_BINARY_FOR_GPU";
    case kInvalidHandle: return "CUDA_ERROR_INVALID_HANDLE";
    case kNotFound: return "CUDA_ERROR_NOT_FOUND";
    case kNotReady: return "CUDA_ERROR_NOT_READY";
    case kIllegalAddress: return "CUDA_ERROR_ILLEGAL_ADDRESS";
    case kLaunchFailed: return "CUDA_ERROR_LAUNCH_FAILED";
    case kNotSupported: return "CUDA_ERROR_NOT_SUPPORTED";
    case kCaptureUnsupported: return "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED";
    case kCaptureUnmatched: return "CUDA_ERROR_STREAM_CAPTURE_UNMATCHED";
    case kCaptureWrongThread: return "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD";
    default: return "CUDA_ERROR_UNKNOWN";
  }
}

}  // namespace standin

using namespace standin;

/** For tests, beside the environment: seed, workers, memory (bytes), capability (90), eager, verbose, version, devices, fail (which kernel from
 * now on ends the device; 0: none). */
API standin_set(const char* name, long long value) { return change(name, value) ? kSuccess : kInvalidValue; }

API cuInit(unsigned) {
  std::lock_guard lock(driver_mutex);
  if (initialized) return kSuccess;
  for (const char* name : {"seed", "workers", "memory", "capability", "eager", "verbose", "version", "devices", "fail"}) {
    std::string variable = "GUILDHALL_STANDIN_";
    for (const char* c = name; *c; c++) variable += static_cast<char>(*c - 'a' + 'A');
    if (const char* value = getenv(variable.c_str())) change(name, atoll(value));
  }
  if (settings.devices == 0) return kNoDevice;
  open_memory();
  initialized = true;
  return kSuccess;
}
API cuDriverGetVersion(int* version) {
  *version = settings.version;
  return kSuccess;
}
API cuDeviceGetCount(int* count) {
  *count = settings.devices;
  return initialized ? kSuccess : kNotInitialized;
}
API cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return !initialized ? kNotInitialized : ordinal < 0 || ordinal >= settings.devices ? kInvalidDevice : kSuccess;
}
API cuDeviceGetName(char* name, int room, int) {
  snprintf(name, room, "CUDA stand-in (no GPU)");
  return kSuccess;
}
API cuDeviceTotalMem_v2(size_t* bytes, int) {
  *bytes = settings.memory;
  return kSuccess;
}
API cuDeviceGetAttribute(int* value, int attribute, int) {
  switch (attribute) {
    case 1: case 2: case 3: *value = kMaxThreads; break;
    case 4: *value = 64; break;
    case 5: *value = 2147483647; break;
    case 6: case 7: *value = 65535; break;
    case 8: *value = 48 << 10; break;
    case 10: *value = kWarp; break;
    case 12: *value = 65536; break;
    case 13: *value = 1000000; break;
    case 16: *value = 4; break;
    case 38: *value = 50 << 20; break;
    case 39: *value = 2048; break;
    case 75: *value = settings.capability / 10; break;
    case 76: *value = settings.capability % 10; break;
    case 81: *value = 228 << 10; break;
    case 97: *value = kMaxDynamicShared; break;
    case 31: case 41: case 78: case 83: case 115: *value = 1; break;
    default: *value = 0;
  }
  return kSuccess;
}
API cuGetErrorName(int error, const char** name) {
  *name = name_of(error);
  return kSuccess;
}
API cuGetErrorString(int error, const char** text) {
  std::lock_guard lock(driver_mutex);
  const auto found = complaints.find(error);
  *text = found == complaints.end() ? name_of(error) : found->second.c_str();
  return kSuccess;
}

API cuCtxCreate_v2(void** context, unsigned, int) {
  if (!initialized) return kNotInitialized;
  *context = &the_context;
  contexts.push_back(*context);
  return kSuccess;
}
API cuCtxDestroy_v2(void*) {
  std::lock_guard lock(driver_mutex);
  drain_all();
  if (!contexts.empty()) contexts.pop_back();
  lost = 0;
  return kSuccess;
}
API cuDevicePrimaryCtxRetain(void** context, int) {
  *context = &the_context;
  return initialized ? kSuccess : kNotInitialized;
}
API cuDevicePrimaryCtxRelease_v2(int) {
  std::lock_guard lock(driver_mutex);
  drain_all();
  if (lost) release_all_memory();
  lost = 0;
  return kSuccess;
}
API cuCtxSetCurrent(void* context) {
  if (contexts.empty()) contexts.push_back(nullptr);
  contexts.back() = context;
  return kSuccess;
}
API cuCtxGetCurrent(void** context) {
  *context = contexts.empty() ? nullptr : contexts.back();
  return kSuccess;
}
API cuCtxPushCurrent_v2(void* context) {
  contexts.push_back(context);
  return kSuccess;
}
API cuCtxPopCurrent_v2(void** context) {
  if (contexts.empty()) return kInvalidContext;
  if (context) *context = contexts.back();
  contexts.pop_back();
  return kSuccess;
}
API cuCtxGetDevice(int* device) {
  *device = 0;
  return has_context() ? kSuccess : kInvalidContext;
}
API cuCtxSynchronize() {
  ENTER REFUSE_CAPTURE
  return drain_all();
}
