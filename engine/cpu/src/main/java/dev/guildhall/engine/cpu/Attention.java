package dev.guildhall.engine.cpu;

import dev.guildhall.engine.model.ModelConfig;

/**
 * Multi-head latent attention in its absorbed form: queries are carried into the latent space, so
 * that all heads read the same cached row and no key or value is ever expanded. Used for prefill
 * too: then a token's bits do not depend on how a prompt was cut into chunks.
 */
final class Attention {
  /** Heads that one task handles: bounds the memory for scores. */
  private static final int HEADS_PER_TASK = 16;

  private final ModelConfig config;
  private final AttentionWeights weights;
  private final Rope rope;
  private final LatentCache cache;
  private final int layer;
  private final float eps;
  private final float scale;

  Attention(ModelConfig config, AttentionWeights weights, Rope rope, LatentCache cache, int layer) {
    this.config = config;
    this.weights = weights;
    this.rope = rope;
    this.cache = cache;
    this.layer = layer;
    this.eps = (float) config.rmsEps();
    this.scale = (float) config.softmaxScale();
  }

  /** Appends the rows to the cache and attends; {@code x} is normalised, rows × hidden size. */
  float[] forward(Compute compute, float[] x, Rows rows) {
    int n = rows.count();
    append(compute, x, rows);
    float[] queries = latentQueries(compute, queries(compute, x, n), rows);
    float[] contexts = attend(compute, queries, rows);
    return compute.linear(values(compute, contexts, n), n, weights.output());
  }

  private void append(Compute compute, float[] x, Rows rows) {
    int width = config.cacheWidth();
    int rank = config.latentRank();
    float[] kv = compute.linear(x, rows.count(), weights.latent());
    compute.kernels().rmsNorm(kv, 0, width, rows.count(), weights.latentNorm(), eps, kv, 0, width);
    for (int r = 0; r < rows.count(); r++) {
      rope.rotate(kv, r * width + rank, rows.rotations(), r);
      cache.write(layer, rows.pages()[r], rows.positions()[r], kv, r * width);
    }
  }

  private float[] queries(Compute compute, float[] x, int n) {
    if (weights.queryLatent() == null) {
      return compute.linear(x, n, weights.query());
    }
    float[] latent = compute.linear(x, n, weights.queryLatent());
    return compute.linear(compute.norm(latent, n, weights.queryNorm(), eps), n, weights.query());
  }

  /** Rows × heads × cache width. */
  private float[] latentQueries(Compute compute, float[] q, Rows rows) {
    int n = rows.count();
    int heads = config.heads();
    int head = config.headDim();
    int rank = config.latentRank();
    int width = config.cacheWidth();
    float[] out = new float[n * heads * width];
    compute.each(
        heads,
        (long) n * heads * rank * config.nopeDim(),
        h -> {
          compute
              .kernels()
              .matmul(
                  q,
                  h * head,
                  heads * head,
                  n,
                  weights.keyUp()[h],
                  0,
                  rank,
                  out,
                  h * width,
                  heads * width);
          for (int r = 0; r < n; r++) {
            int to = (r * heads + h) * width + rank;
            System.arraycopy(
                q, (r * heads + h) * head + config.nopeDim(), out, to, config.ropeDim());
            rope.rotate(out, to, rows.rotations(), r);
          }
        });
    return out;
  }

  /** Rows × heads × latent rank: the weighted sums of latents. */
  private float[] attend(Compute compute, float[] queries, Rows rows) {
    float[] out = new float[rows.count() * config.heads() * config.latentRank()];
    int parts = Math.ceilDiv(config.heads(), HEADS_PER_TASK);
    long keys = 0;
    for (int position : rows.positions()) {
      keys += position + 1;
    }
    compute.each(
        rows.count() * parts,
        2 * keys * config.heads() * config.cacheWidth(),
        task -> {
          int from = task % parts * HEADS_PER_TASK;
          int to = Math.min(config.heads(), from + HEADS_PER_TASK);
          attend(compute.kernels(), queries, rows, task / parts, from, to, out);
        });
    return out;
  }

  private void attend(
      Kernels kernels, float[] queries, Rows rows, int row, int fromHead, int toHead, float[] out) {
    int heads = toHead - fromHead;
    int width = config.cacheWidth();
    int rank = config.latentRank();
    int first = rows.firstKey();
    int end = rows.positions()[row] + 1;
    int keys = end - first;
    int[] pages = rows.pages()[row];
    float[] scores = new float[heads * keys];
    int query = (row * config.heads() + fromHead) * width;
    for (int start = 0; start < end; start += LatentCache.PAGE_TOKENS) {
      Matrix page = cache.page(layer, pages[start / LatentCache.PAGE_TOKENS]);
      int from = Math.max(first - start, 0);
      int to = Math.min(end - start, LatentCache.PAGE_TOKENS);
      kernels.matmul(queries, query, width, heads, page, from, to, scores, start - first, keys);
    }
    for (int h = 0; h < heads; h++) {
      kernels.softmax(scores, h * keys, keys, scale);
    }
    int to = (row * config.heads() + fromHead) * rank;
    for (int start = 0; start < end; start += LatentCache.PAGE_TOKENS) {
      Matrix page = cache.page(layer, pages[start / LatentCache.PAGE_TOKENS]);
      int from = Math.max(first - start, 0);
      int until = Math.min(end - start, LatentCache.PAGE_TOKENS);
      kernels.accumulate(
          scores, start + from - first, keys, heads, page, from, until, rank, out, to, rank);
    }
  }

  /** Rows × heads × value size. */
  private float[] values(Compute compute, float[] contexts, int n) {
    int heads = config.heads();
    int rank = config.latentRank();
    int value = config.valueDim();
    float[] out = new float[n * heads * value];
    compute.each(
        heads,
        (long) n * heads * rank * value,
        h ->
            compute
                .kernels()
                .matmul(
                    contexts,
                    h * rank,
                    heads * rank,
                    n,
                    weights.valueUp()[h],
                    0,
                    value,
                    out,
                    h * value,
                    heads * value));
    return out;
  }
}
