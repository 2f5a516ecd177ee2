// cp.async, ldmatrix and mma.sync with the PTX ISA's meaning. What the hardware may do late is done late: a copy lands at its
// issue or not before the wait for it, as the seed says; without a seed always at the wait.
#pragma once

namespace standin {
STANDIN_RAW static void land(const PendingCopy& copy) {
  check_read(copy.from, copy.filled);
  check_write(copy.to, copy.bytes);
  memcpy(copy.to, copy.from, copy.filled);
  memset(static_cast<unsigned char*>(copy.to) + copy.filled, 0, copy.bytes - copy.filled);
}
}  // namespace standin

/** Starts copying 16 bytes, of which the first `filled` come from memory and the rest are zero. */
STANDIN_RAW static void cp_async16(uint32_t to, const void* from, unsigned filled = 16) {
  using namespace standin;
  if (to % 16 || reinterpret_cast<uintptr_t>(from) % 16) trap("cp.async: not aligned to 16 bytes");
  const PendingCopy copy{shared_pointer(to, 16), from, 16, filled};
  if (coin()) {
    land(copy);
    return;
  }
  Thread& t = *current;
  if (t.copy_count == t.copy_room) {
    t.copy_room = t.copy_room ? 2 * t.copy_room : 16;
    t.copies = static_cast<PendingCopy*>(realloc(t.copies, t.copy_room * sizeof copy));
  }
  t.copies[t.copy_count++] = copy;
  t.open_copies++;
}
STANDIN_RAW static void cp_async_commit() {
  standin::Thread& t = *standin::current;
  if (t.group_count == 32) standin::trap("cp.async: more than 32 groups in flight");
  t.groups[t.group_count++] = t.open_copies;
  t.open_copies = 0;
}
template <int kPending> STANDIN_RAW static void cp_async_wait() {
  standin::Thread& t = *standin::current;
  unsigned landed = 0, groups = 0;
  for (; t.group_count - groups > kPending; groups++)
    for (unsigned i = 0; i < t.groups[groups]; i++) standin::land(t.copies[landed++]);
  memmove(t.copies, t.copies + landed, (t.copy_count - landed) * sizeof *t.copies);
  memmove(t.groups, t.groups + groups, (t.group_count - groups) * sizeof *t.groups);
  t.copy_count -= landed;
  t.group_count -= groups;
}

namespace standin {
struct MatrixLoad {
  uint32_t address;
  uint32_t* registers;
};
STANDIN_RAW static void run_matrix_load(void** lanes, uint32_t mask) {
  if (mask != ~0u) trap("ldmatrix: needs all 32 lanes");
  for (int matrix = 0; matrix < 4; matrix++) {
    uint16_t rows[8][8];
    for (int r = 0; r < 8; r++) {
      const uint32_t address = static_cast<MatrixLoad*>(lanes[matrix * 8 + r])->address;
      if (address % 16) trap("ldmatrix: row at %u is not aligned to 16 bytes", address);
      const void* row = shared_pointer(address, 16);
      check_read(row, 16);
      memcpy(rows[r], row, 16);
    }
    for (int lane = 0; lane < 32; lane++)
      memcpy(&static_cast<MatrixLoad*>(lanes[lane])->registers[matrix], &rows[lane / 4][lane % 4 * 2], 4);
  }
}
struct MatrixProduct {
  float* d;
  const uint32_t *a, *b;
};
/** D[16 x 8] += A[16 x 16] B[16 x 8], bf16 in, float out, fragments as the PTX ISA lays them out. */
STANDIN_RAW static void run_product(void** lanes, uint32_t mask) {
  if (mask != ~0u) trap("mma.sync: needs all 32 lanes");
  float a[16][16], b[16][8];
  for (int lane = 0; lane < 32; lane++) {
    const auto& x = *static_cast<MatrixProduct*>(lanes[lane]);
    const int group = lane / 4, pair = lane % 4 * 2;
    for (int r = 0; r < 4; r++)
      for (int half = 0; half < 2; half++)
        a[group + r % 2 * 8][pair + r / 2 * 8 + half] = __uint_as_float(half ? x.a[r] & 0xffff0000u : x.a[r] << 16);
    for (int r = 0; r < 2; r++)
      for (int half = 0; half < 2; half++)
        b[pair + r * 8 + half][group] = __uint_as_float(half ? x.b[r] & 0xffff0000u : x.b[r] << 16);
  }
  for (int lane = 0; lane < 32; lane++)
    for (int i = 0; i < 4; i++) {
      float& d = static_cast<MatrixProduct*>(lanes[lane])->d[i];
      for (int k = 0; k < 16; k++) d = fmaf(a[lane / 4 + i / 2 * 8][k], b[k][lane % 4 * 2 + i % 2], d);
    }
}
/** D[16 x 8] += A[16 x 32] B[32 x 8], e4m3 in, float out, fragments as the PTX ISA lays them out. */
STANDIN_RAW static void run_e4m3_product(void** lanes, uint32_t mask) {
  if (mask != ~0u) trap("mma.sync: needs all 32 lanes");
  float a[16][32], b[32][8];
  for (int lane = 0; lane < 32; lane++) {
    const auto& x = *static_cast<MatrixProduct*>(lanes[lane]);
    const int group = lane / 4, four = lane % 4 * 4;
    for (int r = 0; r < 4; r++)
      for (int i = 0; i < 4; i++) a[group + r % 2 * 8][four + r / 2 * 16 + i] = e4m3_value(static_cast<uint8_t>(x.a[r] >> (8 * i)));
    for (int r = 0; r < 2; r++)
      for (int i = 0; i < 4; i++) b[four + r * 16 + i][group] = e4m3_value(static_cast<uint8_t>(x.b[r] >> (8 * i)));
  }
  for (int lane = 0; lane < 32; lane++)
    for (int i = 0; i < 4; i++) {
      float& d = static_cast<MatrixProduct*>(lanes[lane])->d[i];
      for (int k = 0; k < 32; k++) d = fmaf(a[lane / 4 + i / 2 * 8][k], b[k][lane % 4 * 2 + i % 2], d);
    }
}
}  // namespace standin

STANDIN_RAW static void ldmatrix_x4(uint32_t (&registers)[4], uint32_t address) {
  standin::MatrixLoad load{address, registers};
  standin::meet(~0u, &load, standin::run_matrix_load);
}
STANDIN_RAW static void mma_m16n8k16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  standin::MatrixProduct product{d, a, b};
  standin::meet(~0u, &product, standin::run_product);
}
STANDIN_RAW static void mma_m16n8k32_e4m3(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  standin::MatrixProduct product{d, a, b};
  standin::meet(~0u, &product, standin::run_e4m3_product);
}
