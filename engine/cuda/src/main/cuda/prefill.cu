// What goes before attention in its expanded form: a sequence's cached rows side by side, and a chunk's queries, rotated.
#include "rotary.cuh"

struct GatherLatentsArgs {
  const bf16* cache;  // this layer's pages
  const int* pages;   // of the sequence
  bf16* to;           // [keys][width]
  int page_tokens, width;
  int first_key;      // rows before it become zeros
};
/** One block a key. */
KERNEL(gather_latents, 128, GatherLatentsArgs) {
  const int key = blockIdx.x;
  const long long from = static_cast<long long>(a.pages[key / a.page_tokens]) * a.page_tokens + key % a.page_tokens;
  for (int i = threadIdx.x; i < a.width; i += 128)
    a.to[static_cast<long long>(key) * a.width + i] = key < a.first_key ? __float2bfloat16(0.f) : a.cache[from * a.width + i];
}

struct RotateQueriesArgs {
  const bf16* queries;     // [rows][heads * (nope + rope)]
  const float* rotations;  // [rows][rope]
  bf16* to;                // [rows][pitch]
  long long pitch;
  int heads, nope, rope;
};
/** One block a row: the same values, their last part of each head rotated. */
KERNEL(rotate_queries, 128, RotateQueriesArgs) {
  const int row = blockIdx.x, size = a.nope + a.rope;
  const bf16* from = a.queries + static_cast<long long>(row) * a.heads * size;
  bf16* to = a.to + row * a.pitch;
  const float* rotation = a.rotations + static_cast<long long>(row) * a.rope;
  for (int i = threadIdx.x; i < a.heads * a.nope; i += 128) {
    const int at = i / a.nope * size + i % a.nope;
    to[at] = from[at];
  }
  for (int i = threadIdx.x; i < a.heads * a.rope / 2; i += 128) {
    const int at = i / (a.rope / 2) * size + a.nope;
    const float2 pair = rotated(from + at, rotation, i % (a.rope / 2));
    put(to[at + i % (a.rope / 2) * 2], pair.x);
    put(to[at + i % (a.rope / 2) * 2 + 1], pair.y);
  }
}
