package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Launches.Sorted;
import dev.guildhall.engine.model.ModelConfig;

/**
 * Buffers of a step, made once for the most tokens that a step may have. Floats, row-major, unless
 * named otherwise.
 *
 * @param tokens ids, ints
 * @param positions ints
 * @param rotations cosines and sines
 * @param pages page table, ints, rows × {@code maxPages}
 * @param hidden the residual stream
 * @param normed the input of attention or experts
 * @param merged the two halves that enter the MTP layer
 * @param queryLatent before queries are expanded
 * @param latent rows × cache width
 * @param scores of the router
 * @param experts chosen ones, ints, rows × top-k
 * @param slots of choices among sorted rows, ints
 * @param wanted rows that get logits, ints
 * @param gathered these rows, at most {@link #LOGIT_ROWS}
 * @param logits of at most {@link #LOGIT_ROWS} rows
 */
record Workspace(
    int rows,
    int maxPages,
    Buffer tokens,
    Buffer positions,
    Buffer rotations,
    Buffer pages,
    Buffer hidden,
    Buffer normed,
    Buffer merged,
    Buffer queryLatent,
    Buffer latent,
    Buffer both,
    Buffer inner,
    Buffer shared,
    Buffer scores,
    Buffer experts,
    Buffer weights,
    Buffer slots,
    Sorted sorted,
    Buffer routed,
    Buffer wanted,
    Buffer gathered,
    Buffer logits) {

  /** Rows of logits computed at a time: bounds the memory for them. */
  static final int LOGIT_ROWS = 64;

  static Workspace allocate(Allocator m, ModelConfig c, int rows, int cachePages, int page) {
    int pages = Math.min(cachePages, Math.ceilDiv(c.maxPositions(), page));
    int dense = Math.max(c.denseSize(), c.sharedSize());
    long n = rows;
    long choices = n * c.expertsPerToken();
    return new Workspace(
        rows,
        pages,
        m.floats(n, "tokens"),
        m.floats(n, "positions"),
        m.floats(n * c.ropeDim(), "rotations"),
        m.floats(n * pages, "page tables"),
        m.floats(n * c.hiddenSize(), "hidden states"),
        m.floats(n * c.hiddenSize(), "normalised states"),
        m.floats(2 * n * c.hiddenSize(), "merged states"),
        m.floats(n * Math.max(1, c.queryRank()), "query latents"),
        m.floats(n * c.cacheWidth(), "latents"),
        m.floats(2 * n * dense, "gate and up"),
        m.floats(n * dense, "inner states"),
        m.floats(n * c.hiddenSize(), "shared experts"),
        m.floats(n * c.experts(), "router scores"),
        m.floats(choices, "chosen experts"),
        m.floats(choices, "expert weights"),
        m.floats(choices, "expert slots"),
        Sorted.allocate(m, c.experts(), Math.toIntExact(choices), c.expertSize()),
        m.floats(choices * c.hiddenSize(), "routed experts"),
        m.floats(LOGIT_ROWS, "rows of logits"),
        m.floats((long) LOGIT_ROWS * c.hiddenSize(), "states for logits"),
        m.floats((long) LOGIT_ROWS * c.vocabSize(), "logits"));
  }

  /** Splits of 256 keys (kSplitKeys) up to a position. */
  static int splits(int position) {
    return position / 256 + 1;
  }
}
