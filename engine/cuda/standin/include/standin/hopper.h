// Hopper's instructions for the stand-in driver: the names of src/main/cuda/hopper/hopper.cuh and wgmma.cuh with the meaning the
// PTX ISA gives them. What the hardware may do late is done late where the schedule's seed says so: a bulk copy lands at its
// issue or at some later wait of its block; a wgmma reads its operands at its issue or at the wait for it, and until that wait
// its registers hold NaN. Not seen here: a missing proxy fence, and the PTX text itself.
#pragma once
#include <immintrin.h>

#include <cmath>
#include <cstdint>
#include <cstring>

#include "device.h"

/** As cuTensorMapEncodeTiled fills it: two dimensions, innermost first, sizes in elements, pitch in bytes. */
struct alignas(64) TensorMap {
  uint64_t address, columns, rows, pitch;
  uint32_t box_columns, box_rows, element, swizzle;  // swizzle: 0 none, 3 = 128 bytes
  uint64_t unused[10];
};
static_assert(sizeof(TensorMap) == 128);

static inline uint32_t shared_address(const void* p) { return standin::shared_offset(p); }

namespace standin {

// ---- mbarrier ----

/** Eight bytes of shared memory, like the hardware's. */
struct PhaseBarrier {
  int16_t pending;
  uint16_t count;
  uint32_t phase : 1;
  int32_t bytes : 31;
};
static_assert(sizeof(PhaseBarrier) == 8);

STANDIN_RAW static PhaseBarrier* phase_barrier(uint64_t* at) {
  if (reinterpret_cast<uintptr_t>(at) % 8) trap("mbarrier: not aligned to 8 bytes");
  check_atomic(shared_pointer(shared_offset(at), 8), 8);
  return reinterpret_cast<PhaseBarrier*>(at);
}
STANDIN_RAW static void end_phase_if_due(PhaseBarrier* b) {
  if (b->pending < 0) trap("mbarrier: more arrivals than its count of %u", b->count);
  if (b->pending == 0 && b->bytes == 0) {
    b->phase ^= 1;
    b->pending = static_cast<int16_t>(b->count);
  }
  current->block->progress++;
}
STANDIN_RAW static void arrive(uint64_t* at, unsigned bytes) {
  PhaseBarrier* b = phase_barrier(at);
  release(at);
  b->bytes += static_cast<int32_t>(bytes);
  b->pending--;
  end_phase_if_due(b);
}

// ---- bulk tensor copies ----

struct BulkCopy {
  unsigned char* to;
  const TensorMap* map;
  int column, row;
  uint64_t* barrier;
};
/** In flight, of the block that this OS thread runs, in order of issue. */
struct BulkCopies {
  static constexpr int kRoom = 256;
  BulkCopy of[kRoom];
  int count;
};
static thread_local BulkCopies flying;

STANDIN_RAW static uint32_t swizzled(uint32_t address) { return address ^ (address >> 7 & 7) << 4; }

STANDIN_RAW static void land(const BulkCopy& c) {
  const TensorMap& m = *c.map;
  const uint32_t base = shared_offset(c.to), row_bytes = m.box_columns * m.element;
  for (uint32_t r = 0; r < m.box_rows; r++) {
    const int64_t y = static_cast<int64_t>(c.row) + r;
    for (uint32_t at = 0; at < row_bytes; at += m.element) {
      const uint32_t plain = base + r * row_bytes + at;
      void* to = shared_pointer(m.swizzle == 3 ? swizzled(plain) : plain, m.element);
      const int64_t x = static_cast<int64_t>(c.column) + at / m.element;
      if (x >= 0 && y >= 0 && static_cast<uint64_t>(x) < m.columns && static_cast<uint64_t>(y) < m.rows)
        memcpy(to, reinterpret_cast<const unsigned char*>(m.address) + static_cast<uint64_t>(y) * m.pitch + x * m.element, m.element);
      else
        memset(to, 0, m.element);
    }
  }
  auto* b = reinterpret_cast<PhaseBarrier*>(c.barrier);
  b->bytes -= static_cast<int32_t>(row_bytes * m.box_rows);
  end_phase_if_due(b);
}

}  // namespace standin

STANDIN_RAW static void barrier_init(uint64_t* barrier, unsigned arrivals) {
  using namespace standin;
  if (arrivals == 0 || arrivals > 32767) trap("mbarrier: a count of %u", arrivals);
  check_write(shared_pointer(shared_offset(barrier), 8), 8);
  flying.count = 0;  // what a block that failed left behind
  auto* b = reinterpret_cast<PhaseBarrier*>(barrier);
  b->count = static_cast<uint16_t>(arrivals);
  b->pending = static_cast<int16_t>(arrivals);
  b->phase = 0;
  b->bytes = 0;
}
static inline void barrier_init_fence() {}
STANDIN_RAW static void barrier_arrive(uint64_t* barrier) { standin::arrive(barrier, 0); }
STANDIN_RAW static void barrier_arrive_expect(uint64_t* barrier, unsigned bytes) { standin::arrive(barrier, bytes); }

/** Each look at a phase that has not ended lets one copy land, not always the oldest. */
STANDIN_RAW static void barrier_wait(uint64_t* barrier, unsigned parity) {
  using namespace standin;
  const PhaseBarrier* b = phase_barrier(barrier);
  while (b->phase == (parity & 1)) {
    if (flying.count == 0) {
      poll();
      continue;
    }
    const int chosen = coin() ? flying.count - 1 : 0;
    const BulkCopy copy = flying.of[chosen];
    flying.count--;
    for (int i = chosen; i < flying.count; i++) flying.of[i] = flying.of[i + 1];
    land(copy);
  }
  acquire(barrier);
}

/** To the order of accesses the copy is a write by the thread that issues it, seen by those who wait for the barrier. */
STANDIN_RAW static void tensor_load(void* to, const TensorMap& map, int column, int row, uint64_t* barrier) {
  using namespace standin;
  if (map.box_rows == 0 || map.element == 0) trap("tensor copy: its descriptor was never encoded");
  const uint32_t base = shared_offset(to), bytes = map.box_rows * map.box_columns * map.element;
  if (base % (map.swizzle == 3 ? 1024 : 128)) trap("tensor copy: destination %u is not aligned for its swizzle", base);
  check_write(shared_pointer(base, bytes), bytes);
  phase_barrier(barrier);
  release(barrier);
  const BulkCopy copy{static_cast<unsigned char*>(to), &map, column, row, barrier};
  if (flying.count < BulkCopies::kRoom && coin())
    flying.of[flying.count++] = copy;
  else
    land(copy);
}
static inline void tensor_prefetch(const TensorMap&) {}
static inline void async_proxy_fence() {}

// ---- groups of warps ----

static inline void named_barrier(int id, int threads) {
  if (id < 1 || id > 15 || threads % 32) standin::trap("named barrier %d of %d threads", id, threads);
  standin::barrier(static_cast<unsigned>(id), static_cast<unsigned>(threads));
}
template <int N> static inline void registers_down() {
  static_assert(N % 8 == 0 && N >= 24 && N <= 256);
  __syncwarp();
}
template <int N> static inline void registers_up() {
  static_assert(N % 8 == 0 && N >= 24 && N <= 256);
  __syncwarp();
}

// ---- wgmma ----

namespace standin {

enum class Operands { kBf16, kBf16Transposed, kE4m3 };
struct Product {
  float* d;
  uint64_t a, b;
  int accumulate, columns;
  Operands operands;
  bool computed;
  float before[128];  // d as the product before it left it
  float sum[128];     // what is added
};
/** A thread's products, oldest first: in batches that were committed, then those still open. */
struct Products {
  static constexpr int kRoom = 40, kBatches = 16;
  Product of[kRoom];
  int count, batch[kBatches], batches, open;
};
/** What the four warps of a product read, decoded. */
struct Decoded {
  float a[32][16];
  alignas(32) float b[32][256];
  float d[16][256];
};
static thread_local Decoded decoded;

/** Filled when the module is loaded, outside every kernel. */
struct E4m3Values {
  float of[256];
  E4m3Values() {
    for (int i = 0; i < 256; i++) of[i] = e4m3_value(static_cast<uint8_t>(i));
  }
};
static const E4m3Values e4m3_values;
STANDIN_RAW static uint32_t operand_start(uint64_t descriptor) {
  if (descriptor >> 62 != 1) trap("wgmma: only the 128-byte swizzle is known here");
  if (descriptor >> 49 & 7) trap("wgmma: base offsets are not known here");
  return static_cast<uint32_t>(descriptor & 0x3fff) << 4;
}
STANDIN_RAW static const void* operand_chunk(uint32_t address) {
  const void* p = shared_pointer(swizzled(address), 16);
  check_read(p, 16);
  return p;
}
STANDIN_RAW static float bf16_value(uint16_t bits) { return __uint_as_float(static_cast<unsigned>(bits) << 16); }

/** Rows of an operand with K along the row, as to[k][row]. */
template <int kPitch> STANDIN_RAW static void read_rows(uint64_t descriptor, bool fp8, int first, int rows, float (*to)[kPitch]) {
  const uint32_t start = operand_start(descriptor), next_eight = static_cast<uint32_t>(descriptor >> 32 & 0x3fff) << 4;
  for (int r = 0; r < rows; r++)
    for (int chunk = 0; chunk < 2; chunk++) {
      const uint32_t row = static_cast<uint32_t>(first + r);
      const void* p = operand_chunk(start + row / 8 * next_eight + row % 8 * 128 + chunk * 16);
      if (fp8) {
        uint8_t e[16];
        memcpy(e, p, 16);
        for (int i = 0; i < 16; i++) to[chunk * 16 + i][r] = e4m3_values.of[e[i]];
      } else {
        uint16_t e[8];
        memcpy(e, p, 16);
        for (int i = 0; i < 8; i++) to[chunk * 8 + i][r] = bf16_value(e[i]);
      }
    }
}
/** A bf16 operand with K across rows: sixteen rows. */
STANDIN_RAW static void read_transposed(uint64_t descriptor, int columns, float (*to)[256]) {
  const uint32_t start = operand_start(descriptor), next_eight = static_cast<uint32_t>(descriptor >> 32 & 0x3fff) << 4;
  const uint32_t next_columns = static_cast<uint32_t>(descriptor >> 16 & 0x3fff) << 4;
  for (uint32_t k = 0; k < 16; k++)
    for (uint32_t c = 0; c < static_cast<uint32_t>(columns); c += 8) {
      uint16_t e[8];
      memcpy(e, operand_chunk(start + c / 64 * next_columns + k / 8 * next_eight + k % 8 * 128 + c % 64 * 2), 16);
      for (int i = 0; i < 8; i++) to[k][c + i] = bf16_value(e[i]);
    }
}
/** By one warp: its sixteen rows. */
STANDIN_RAW static void run_warp_product(void** lanes, uint32_t mask) {
  if (mask != ~0u) trap("wgmma: needs all 32 lanes");
  const auto& x = *static_cast<Product*>(lanes[0]);
  for (int lane = 1; lane < 32; lane++) {
    const auto& y = *static_cast<Product*>(lanes[lane]);
    if (y.a != x.a || y.b != x.b || y.columns != x.columns || y.accumulate != x.accumulate || y.operands != x.operands)
      trap("wgmma: lanes 0 and %d give different operands", lane);
  }
  const bool fp8 = x.operands == Operands::kE4m3;
  const int depth = fp8 ? 32 : 16, warp = static_cast<int>(current->warp->index % 4);
  read_rows<16>(x.a, fp8, warp * 16, 16, decoded.a);
  if (x.operands == Operands::kBf16Transposed)
    read_transposed(x.b, x.columns, decoded.b);
  else
    read_rows<256>(x.b, fp8, 0, x.columns, decoded.b);
  for (int row = 0; row < 16; row++)
    for (int c = 0; c < x.columns; c += 8) {
      __m256 sum = _mm256_setzero_ps();
      for (int k = 0; k < depth; k++) sum = _mm256_fmadd_ps(_mm256_set1_ps(decoded.a[k][row]), _mm256_load_ps(decoded.b[k] + c), sum);
      _mm256_storeu_ps(decoded.d[row] + c, sum);
    }
  for (int lane = 0; lane < 32; lane++) {
    auto& y = *static_cast<Product*>(lanes[lane]);
    for (int i = 0; i < x.columns / 2; i++) y.sum[i] = decoded.d[lane / 4 + (i & 2) * 4][i / 4 * 8 + lane % 4 * 2 + (i & 1)];
  }
}
STANDIN_RAW static Products& products() {
  Thread& t = *current;
  if (!t.products) t.products = new Products;
  auto& q = *static_cast<Products*>(t.products);
  if (!t.products_valid) q.count = q.batches = q.open = 0;
  t.products_valid = true;
  return q;
}
/** Multiplies at the issue in every other block of a seeded run, else at the wait; d reads as NaN in between. */
template <int N> STANDIN_RAW static void issue(float (&d)[N / 2], uint64_t a, uint64_t b, int accumulate, Operands operands) {
  const Block& block = *current->block;
  if (block.threads % 128) trap("wgmma: the block is not made of whole warpgroups");
  auto& q = products();
  if (q.count == Products::kRoom) trap("wgmma: more than %d in flight", Products::kRoom);
  bool chained = false;
  for (int i = 0; i < q.count; i++) chained |= q.of[i].d == d;
  Product& x = q.of[q.count++];
  x.d = d, x.a = a, x.b = b, x.accumulate = accumulate, x.columns = N, x.operands = operands;
  x.computed = block.seed && (block.index.x + block.index.y) & 1;
  if (!chained) memcpy(x.before, d, sizeof d);
  for (float& v : d) v = NAN;
  if (x.computed) meet(~0u, &x, run_warp_product);
  q.open++;
}
/** Completes the oldest `n` products; a sum that a later one adds to is passed on to that one. */
STANDIN_RAW static void complete(Products& q, int n) {
  for (int i = 0; i < n; i++) {
    Product& x = q.of[i];
    if (!x.computed) meet(~0u, &x, run_warp_product);
    float* to = x.d;
    for (int j = q.count - 1; j > i; j--)
      if (q.of[j].d == x.d) to = q.of[j].before;
    for (int e = 0; e < x.columns / 2; e++) to[e] = x.accumulate ? x.before[e] + x.sum[e] : x.sum[e];
  }
  memmove(static_cast<void*>(q.of), q.of + n, static_cast<size_t>(q.count - n) * sizeof(Product));
  q.count -= n;
}
STANDIN_RAW static void commit() {
  auto& q = products();
  if (q.batches == Products::kBatches) trap("wgmma: more than %d batches in flight", Products::kBatches);
  q.batch[q.batches++] = q.open;
  q.open = 0;
}
STANDIN_RAW static void wait(int pending) {
  auto& q = products();
  while (q.batches > pending) {
    complete(q, q.batch[0]);
    for (int i = 1; i < q.batches; i++) q.batch[i - 1] = q.batch[i];
    q.batches--;
  }
}

}  // namespace standin

static inline void wgmma_fence() { __syncwarp(); }
static inline void wgmma_commit() { standin::commit(); }
template <int kPending, int N> static inline void wgmma_wait(float (&)[N]) { standin::wait(kPending); }
template <int N> struct Wgmma {
  static inline void bf16(float (&d)[N / 2], uint64_t a, uint64_t b, int accumulate) {
    standin::issue<N>(d, a, b, accumulate, standin::Operands::kBf16);
  }
  static inline void bf16_transposed(float (&d)[N / 2], uint64_t a, uint64_t b, int accumulate) {
    standin::issue<N>(d, a, b, accumulate, standin::Operands::kBf16Transposed);
  }
  static inline void e4m3(float (&d)[N / 2], uint64_t a, uint64_t b, int accumulate) {
    standin::issue<N>(d, a, b, accumulate, standin::Operands::kE4m3);
  }
};
