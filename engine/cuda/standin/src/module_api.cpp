// Modules, functions, launches and tensor descriptors. A module's image is a shared object built from the kernels' sources.
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <map>

#include "driver.h"

using namespace standin;

namespace {

struct Module;
struct Function {
  std::string name;
  void (*entry)(const void*);
  size_t argument_bytes;
  unsigned max_threads;
  unsigned max_dynamic_shared = 48 << 10;
  Module* module;
};
struct Module {
  void* handle;
  std::vector<Range> image;
  std::map<std::string, std::unique_ptr<Function>> functions;
};

std::vector<Range> image_of(void* handle) {
  link_map* map = nullptr;
  dlinfo(handle, RTLD_DI_LINKMAP, &map);
  struct Search {
    uintptr_t base;
    std::vector<Range> ranges;
  } search{map->l_addr, {}};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        auto& s = *static_cast<Search*>(data);
        if (info->dlpi_addr != s.base) return 0;
        for (int i = 0; i < info->dlpi_phnum; i++)
          if (info->dlpi_phdr[i].p_type == PT_LOAD)
            s.ranges.push_back({s.base + info->dlpi_phdr[i].p_vaddr,
                                s.base + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz});
        return 1;
      },
      &search);
  return search.ranges;
}

}  // namespace

API cuModuleLoadData(void** module, const void* data) {
  ENTER
  const auto* header = static_cast<const Elf64_Ehdr*>(data);
  if (memcmp(header->e_ident, ELFMAG, SELFMAG) || header->e_machine != EM_X86_64)
    return complain(kNoBinaryForGpu, "the image holds no kernels for the stand-in: it is not a shared object for x86-64");
  const size_t bytes = header->e_shoff + static_cast<size_t>(header->e_shnum) * header->e_shentsize;
  const int file = memfd_create("cuda-module", 0);
  for (size_t done = 0; done < bytes;) {
    const ssize_t wrote = write(file, static_cast<const char*>(data) + done, bytes - done);
    if (wrote <= 0) return complain(kOutOfMemory, "cannot copy the module");
    done += wrote;
  }
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  const char* problem = handle ? nullptr : dlerror();
  // The file stays open: the loader takes a path that it knows for the same library.
  if (problem) return complain(kInvalidImage, problem);
  *module = new Module{handle, image_of(handle), {}};
  return kSuccess;
}
API cuModuleUnload(void* module) {
  ENTER
  if (int error = drain_all()) return error;
  auto* m = static_cast<Module*>(module);
  dlclose(m->handle);
  delete m;
  return kSuccess;
}
API cuModuleGetFunction(void** function, void* module, const char* name) {
  ENTER
  auto* m = static_cast<Module*>(module);
  auto& known = m->functions[name];
  if (!known) {
    void* entry = dlsym(m->handle, (std::string("standin_entry_") + name).c_str());
    const auto* facts = static_cast<const unsigned*>(dlsym(m->handle, (std::string("standin_facts_") + name).c_str()));
    if (!entry || !facts) {
      m->functions.erase(name);
      return complain(kNotFound, std::string("the module has no kernel ") + name);
    }
    known.reset(new Function{name, reinterpret_cast<void (*)(const void*)>(entry), facts[0], facts[1], 48 << 10, m});
  }
  *function = known.get();
  return kSuccess;
}
API cuFuncGetParamInfo(void* function, size_t index, size_t* offset, size_t* bytes) {
  ENTER
  if (index) return kInvalidValue;
  *offset = 0;
  *bytes = static_cast<Function*>(function)->argument_bytes;
  return kSuccess;
}
API cuFuncSetAttribute(void* function, int attribute, int value) {
  ENTER
  if (attribute != 8) return kSuccess;
  if (value > static_cast<int>(kMaxDynamicShared)) return complain(kInvalidValue, "more than 227 KiB of shared memory for a block");
  static_cast<Function*>(function)->max_dynamic_shared = value;
  return kSuccess;
}
API cuFuncGetAttribute(int* value, int attribute, void* function) {
  const auto* f = static_cast<Function*>(function);
  *value = attribute == 0 ? f->max_threads : attribute == 8 ? f->max_dynamic_shared : 0;
  return kSuccess;
}
API cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void*, int threads, size_t shared) {
  *blocks = std::min<int>(2048 / threads, static_cast<int>((228 << 10) / (shared + 1024)));
  return kSuccess;
}

API cuLaunchKernel(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
                   void* stream, void** parameters, void**) {
  ENTER
  const auto* f = static_cast<Function*>(function);
  const uint64_t threads = static_cast<uint64_t>(bx) * by * bz;
  if (!parameters || !gx || !gy || !gz || !threads || gx > 2147483647u || gy > 65535 || gz > 65535 || threads > f->max_threads || bz > 64)
    return complain(kInvalidValue, "kernel " + f->name + ": a grid of (" + std::to_string(gx) + "," + std::to_string(gy) + "," +
                                       std::to_string(gz) + ") blocks of " + std::to_string(threads) + " threads, at most " +
                                       std::to_string(f->max_threads));
  if (shared > f->max_dynamic_shared)
    return complain(kInvalidValue, "kernel " + f->name + ": " + std::to_string(shared) + " bytes of dynamic shared memory, " +
                                       std::to_string(f->max_dynamic_shared) + " were allowed");
  // Arguments are copied at the launch; 64 bytes is the alignment of a tensor descriptor.
  const size_t bytes = f->argument_bytes;
  std::shared_ptr<void> arguments(aligned_alloc(64, (bytes + 63) / 64 * 64), free);
  memcpy(arguments.get(), parameters[0], bytes);
  return submit(stream_of(stream), [=]() -> int {
    const Launch launch{f->name, f->entry, arguments.get(), bytes, {gx, gy, gz}, {bx, by, bz}, shared, f->module->image};
    if (settings.verbose)
      fprintf(stderr, "[CUDA stand-in] %s <<<(%u,%u,%u), (%u,%u,%u), %u>>>\n", f->name.c_str(), gx, gy, gz, bx, by, bz, shared);
    if (settings.fail && --settings.fail == 0) return complain(kLaunchFailed, "kernel " + f->name + ": the device fails here, as was asked for");
    bool illegal = false;
    const std::string problem = run(launch, illegal);
    return problem.empty() ? kSuccess : complain(illegal ? kIllegalAddress : kLaunchFailed, problem);
  });
}

/** As the real driver's CUlaunchConfig; attributes (clusters, dependent launches) ask for nothing that the stand-in orders. */
struct LaunchConfig {
  unsigned grid[3], block[3], shared;
  void* stream;
  const void* attributes;
  unsigned attribute_count;
};
API cuLaunchKernelEx(const LaunchConfig* c, void* function, void** parameters, void** extra) {
  return cuLaunchKernel(function, c->grid[0], c->grid[1], c->grid[2], c->block[0], c->block[1], c->block[2], c->shared, c->stream,
                        parameters, extra);
}

/** Two dimensions, no interleaving: what the kernels use. */
API cuTensorMapEncodeTiled(void* map, int type, unsigned rank, void* address, const uint64_t* size, const uint64_t* pitch,
                           const uint32_t* box, const uint32_t* step, int interleave, int swizzle, int, int) {
  static const uint32_t kElement[] = {1, 2, 4, 4, 8, 8, 2, 4, 8, 2};
  if (rank != 2 || interleave || type < 0 || type > 9) return complain(kInvalidValue, "tensor map: not a plain matrix");
  const uint32_t element = kElement[type], row = box[0] * element;
  if (reinterpret_cast<uintptr_t>(address) % 16 || pitch[0] % 16 || step[0] != 1 || step[1] != 1)
    return complain(kInvalidValue, "tensor map: address or pitch is not a multiple of 16 bytes");
  if (box[0] > 256 || box[1] > 256 || row % 16 || (swizzle == 3 && row > 128))
    return complain(kInvalidValue, "tensor map: a box of " + std::to_string(box[0]) + " x " + std::to_string(box[1]));
  const struct {
    uint64_t address, columns, rows, pitch;
    uint32_t box_columns, box_rows, element, swizzle;
  } encoded{reinterpret_cast<uint64_t>(address), size[0], size[1], pitch[0], box[0], box[1], element, static_cast<uint32_t>(swizzle)};
  memset(map, 0, 128);
  memcpy(map, &encoded, sizeof encoded);
  return kSuccess;
}
