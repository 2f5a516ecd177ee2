// Hopper's instructions for the stand-in driver: the names of src/main/cuda/hopper/hopper.cuh and wgmma.cuh with the meaning the
// PTX ISA gives them. What the hardware may do late is done late here where the schedule's seed says so: a bulk copy lands at
// its issue or at some later wait of its block, a wgmma reads its operands at its issue or at the wait for it, and until that
// wait its registers hold NaN.
#pragma once
#include <cstring>
#include <immintrin.h>
#include <vector>

/** Filled by the stand-in's cuTensorMapEncodeTiled: two dimensions, innermost first. */
struct alignas(64) TensorMap {
  uint64_t address, columns, rows, pitch;  // pitch in bytes
  uint32_t box_columns, box_rows, element, swizzle;  // swizzle: 0 none, 3 = 128 bytes
  uint64_t unused[10];
};
static_assert(sizeof(TensorMap) == 128);

static inline uint32_t shared_address(const void* p) { return static_cast<uint32_t>(__cvta_generic_to_shared(p)); }
static inline uint32_t gh_swizzled(uint32_t address) { return address ^ (address >> 7 & 7) << 4; }

struct GhCopy {
  unsigned char* to;
  const TensorMap* map;
  int column, row;
  uint64_t* barrier;
};
/** Copies in flight, of the one block that an OS thread runs at a time. */
static thread_local std::vector<GhCopy> gh_flying;

// ---- mbarrier ----

struct GhBarrier {
  int16_t pending;
  uint16_t count;
  uint32_t phase : 1;
  int32_t bytes : 31;
};
static_assert(sizeof(GhBarrier) == 8);

static inline GhBarrier* gh_barrier(uint64_t* barrier) {
  (void)shared_address(barrier);
  if (reinterpret_cast<uintptr_t>(barrier) & 7) cus::trap("mbarrier: misaligned");
  return reinterpret_cast<GhBarrier*>(barrier);
}
static inline void gh_barrier_update(GhBarrier* b) {
  if (b->pending < 0) cus::trap("mbarrier: more arrivals than its count of %u", b->count);
  if (b->pending == 0 && b->bytes == 0) {
    b->phase ^= 1;
    b->pending = b->count;
  }
  cus::cur->blk->progress++;
}
static inline void barrier_init(uint64_t* barrier, unsigned arrivals) {
  GhBarrier* b = gh_barrier(barrier);
  gh_flying.clear();  // of a block that ended in an error
  if (arrivals == 0 || arrivals > 32767) cus::trap("mbarrier: %u arrivals", arrivals);
  b->pending = b->count = arrivals;
  b->phase = 0;
  b->bytes = 0;
  cus::cur->blk->progress++;
}
static inline void barrier_init_fence() {}
static inline void barrier_arrive(uint64_t* barrier) {
  GhBarrier* b = gh_barrier(barrier);
  b->pending--;
  gh_barrier_update(b);
}
static inline void barrier_arrive_expect(uint64_t* barrier, unsigned bytes) {
  GhBarrier* b = gh_barrier(barrier);
  b->bytes += bytes;
  b->pending--;
  gh_barrier_update(b);
}

// ---- bulk tensor copies ----

static inline void gh_land(const GhCopy& c) {
  const TensorMap& m = *c.map;
  const uint32_t base = shared_address(c.to), row_bytes = m.box_columns * m.element;
  for (uint32_t r = 0; r < m.box_rows; r++) {
    const int64_t y = static_cast<int64_t>(c.row) + r;
    for (uint32_t at = 0; at < row_bytes; at += m.element) {
      const uint32_t plain = base + r * row_bytes + at;
      void* to = cus_smem(m.swizzle == 3 ? gh_swizzled(plain) : plain, m.element);
      const int64_t x = static_cast<int64_t>(c.column) + at / m.element;
      if (x >= 0 && y >= 0 && static_cast<uint64_t>(x) < m.columns && static_cast<uint64_t>(y) < m.rows)
        memcpy(to, reinterpret_cast<const unsigned char*>(m.address) + y * m.pitch + x * m.element, m.element);
      else
        memset(to, 0, m.element);
    }
  }
  GhBarrier* b = gh_barrier(c.barrier);
  b->bytes -= row_bytes * m.box_rows;
  gh_barrier_update(b);
}
static inline void tensor_load(void* to, const TensorMap& map, int column, int row, uint64_t* barrier) {
  if (map.box_rows == 0 || map.element == 0) cus::trap("tensor copy: the descriptor was never encoded");
  const uint32_t base = shared_address(to);
  if (base % (map.swizzle == 3 ? 1024 : 128)) cus::trap("tensor copy: destination %u misaligned for its swizzle", base);
  const GhCopy copy{static_cast<unsigned char*>(to), &map, column, row, barrier};
  if (cus::coin())
    gh_flying.push_back(copy);
  else
    gh_land(copy);
}
static inline void tensor_prefetch(const TensorMap&) {}
static inline void async_proxy_fence() {}

/** Each look at a barrier lets one copy in flight land, not always the oldest. */
static inline void barrier_wait(uint64_t* barrier, unsigned parity) {
  GhBarrier* b = gh_barrier(barrier);
  while (b->phase == (parity & 1)) {
    if (!gh_flying.empty()) {
      const size_t pick = cus::coin() ? gh_flying.size() - 1 : 0;
      const GhCopy copy = gh_flying[pick];
      gh_flying.erase(gh_flying.begin() + pick);
      gh_land(copy);
    } else {
      cus::poll_yield();
    }
  }
}

// ---- groups of warps ----

static inline void named_barrier(int id, int threads) {
  if (id < 1 || id > 15 || threads % 32) cus::trap("named barrier %d of %d threads", id, threads);
  cus::barrier(id, threads);
}
template <int N> static inline void registers_down() { static_assert(N % 8 == 0 && N >= 24 && N <= 256); __syncwarp(); }
template <int N> static inline void registers_up() { static_assert(N % 8 == 0 && N >= 24 && N <= 256); __syncwarp(); }

// ---- wgmma ----

struct GhProduct {
  float* d;
  uint64_t a, b;
  int accumulate, columns;
  bool fp8, transposed, computed;
  float before[128];   // d as the product before it left it
  float product[128];  // what is added
};
/** A thread's products, oldest first: in batches that were committed, then those still open. */
struct GhProducts {
  GhProduct of[40];
  int count = 0, batch[16], batches = 0, open = 0;
};

static inline float gh_e4m3(unsigned char v) {
  static const struct Table {
    float of[256];
    Table() {
      for (int i = 0; i < 256; i++) of[i] = cus_fp8f(static_cast<uint8_t>(i), 0);
    }
  } table;
  return table.of[v];
}
static inline uint32_t gh_operand_start(uint64_t d) {
  if (d >> 62 != 1) cus::trap("wgmma: only the 128-byte swizzle is emulated");
  if (d >> 49 & 7) cus::trap("wgmma: base offsets are not emulated");
  return static_cast<uint32_t>(d & 0x3fff) << 4;
}
/** Rows first..first+rows of an operand with K along the row, as to[k][row]. */
template <int kRowsMax> static inline void gh_read_rows(uint64_t d, bool fp8, int first, int rows, float (*to)[kRowsMax]) {
  const uint32_t start = gh_operand_start(d), next_eight = static_cast<uint32_t>(d >> 32 & 0x3fff) << 4;
  for (int r = 0; r < rows; r++)
    for (int chunk = 0; chunk < 2; chunk++) {
      const uint32_t at = start + (first + r) / 8 * next_eight + (first + r) % 8 * 128 + chunk * 16;
      const void* p = cus_smem(gh_swizzled(at), 16);
      if (fp8) {
        unsigned char e[16];
        memcpy(e, p, 16);
        for (int i = 0; i < 16; i++) to[chunk * 16 + i][r] = gh_e4m3(e[i]);
      } else {
        uint16_t e[8];
        memcpy(e, p, 16);
        for (int i = 0; i < 8; i++) to[chunk * 8 + i][r] = __uint_as_float(static_cast<unsigned>(e[i]) << 16);
      }
    }
}
/** A bf16 operand with K across rows: sixteen rows of `columns` values. */
static inline void gh_read_transposed(uint64_t d, int columns, float (*to)[256]) {
  const uint32_t start = gh_operand_start(d), next_eight = static_cast<uint32_t>(d >> 32 & 0x3fff) << 4;
  const uint32_t next_columns = static_cast<uint32_t>(d >> 16 & 0x3fff) << 4;
  for (int k = 0; k < 16; k++)
    for (int c = 0; c < columns; c += 8) {
      uint16_t e[8];
      memcpy(e, cus_smem(gh_swizzled(start + c / 64 * next_columns + k / 8 * next_eight + k % 8 * 128 + c % 64 * 2), 16), 16);
      for (int i = 0; i < 8; i++) to[k][c + i] = __uint_as_float(static_cast<unsigned>(e[i]) << 16);
    }
}
/** By one warp: its sixteen rows of the product. */
static inline void gh_multiply(void** lanes, uint32_t mask) {
  if (mask != ~0u) cus::trap("wgmma needs all 32 lanes");
  const auto& x = *static_cast<GhProduct*>(lanes[0]);
  for (int l = 1; l < 32; l++) {
    const auto& y = *static_cast<GhProduct*>(lanes[l]);
    if (y.a != x.a || y.b != x.b || y.columns != x.columns || y.accumulate != x.accumulate)
      cus::trap("wgmma: descriptors differ between lanes");
  }
  const int depth = x.fp8 ? 32 : 16, warp = cus::cur->warp->idx & 3;
  static thread_local float a[32][16], d[16][256];
  alignas(32) static thread_local float b[32][256];
  gh_read_rows<16>(x.a, x.fp8, warp * 16, 16, a);
  if (x.transposed)
    gh_read_transposed(x.b, x.columns, b);
  else
    gh_read_rows<256>(x.b, x.fp8, 0, x.columns, b);
  for (int row = 0; row < 16; row++)
    for (int c = 0; c < x.columns; c += 8) {
      __m256 sum = _mm256_setzero_ps();
      for (int k = 0; k < depth; k++) sum = _mm256_fmadd_ps(_mm256_set1_ps(a[k][row]), _mm256_load_ps(b[k] + c), sum);
      _mm256_storeu_ps(d[row] + c, sum);
    }
  for (int l = 0; l < 32; l++) {
    auto& y = *static_cast<GhProduct*>(lanes[l]);
    for (int i = 0; i < x.columns / 2; i++) {
      const float v = d[l / 4 + (i & 2) * 4][i / 4 * 8 + l % 4 * 2 + (i & 1)];
      y.product[i] = v;
    }
  }
}
static inline GhProducts& gh_products() {
  auto* f = cus::cur;
  if (!f->wg_q[0]) f->wg_q[0] = new GhProducts;
  auto& q = *static_cast<GhProducts*>(f->wg_q[0]);
  if (!f->wg_n) {
    q.count = q.batches = q.open = 0;
    f->wg_n = 1;
  }
  return q;
}
/** Multiplies at the issue in every other block of a seeded run, else at the wait; d reads as NaN in between. */
template <int N> static inline void gh_issue(float (&d)[N / 2], uint64_t a, uint64_t b, int accumulate, bool fp8, bool transposed) {
  const auto* block = cus::cur->blk;
  if (block->nthreads % 128) cus::trap("wgmma needs whole warpgroups");
  auto& q = gh_products();
  if (q.count == 40) cus::trap("more than 40 wgmma in flight");
  bool chained = false;
  for (int i = 0; i < q.count; i++) chained |= q.of[i].d == d;
  GhProduct& x = q.of[q.count++];
  x.d = d, x.a = a, x.b = b, x.accumulate = accumulate, x.columns = N, x.fp8 = fp8, x.transposed = transposed;
  x.computed = block->rng && (block->bx + block->by) & 1;
  if (!chained) memcpy(x.before, d, sizeof d);
  for (float& v : d) v = NAN;
  if (x.computed) cus::collective(~0u, &x, gh_multiply);
  q.open++;
}
/** Completes the oldest `n` products; a sum that a later one adds to is passed on to that one. */
static inline void gh_complete(GhProducts& q, int n) {
  for (int i = 0; i < n; i++) {
    GhProduct& x = q.of[i];
    if (!x.computed) cus::collective(~0u, &x, gh_multiply);
    float* to = x.d;
    for (int j = q.count - 1; j > i; j--)
      if (q.of[j].d == x.d) to = q.of[j].before;
    for (int e = 0; e < x.columns / 2; e++) to[e] = x.accumulate ? x.before[e] + x.product[e] : x.product[e];
  }
  memmove(q.of, q.of + n, (q.count - n) * sizeof(GhProduct));
  q.count -= n;
}
static inline void wgmma_fence() { __syncwarp(); }
static inline void wgmma_commit() {
  auto& q = gh_products();
  if (q.batches == 16) cus::trap("more than 16 wgmma batches in flight");
  q.batch[q.batches++] = q.open;
  q.open = 0;
}
template <int kPending, int N> static inline void wgmma_wait(float (&)[N]) {
  auto& q = gh_products();
  while (q.batches > kPending) {
    gh_complete(q, q.batch[0]);
    for (int i = 1; i < q.batches; i++) q.batch[i - 1] = q.batch[i];
    q.batches--;
  }
}
template <int N> struct Wgmma {
  static inline void bf16(float (&d)[N / 2], uint64_t a, uint64_t b, int accumulate) { gh_issue<N>(d, a, b, accumulate, false, false); }
  static inline void bf16_transposed(float (&d)[N / 2], uint64_t a, uint64_t b, int accumulate) { gh_issue<N>(d, a, b, accumulate, false, true); }
  static inline void e4m3(float (&d)[N / 2], uint64_t a, uint64_t b, int accumulate) { gh_issue<N>(d, a, b, accumulate, true, false); }
};
