package dev.guildhall.planner.plan;

/**
 * Sizes of multi-head latent attention (DeepSeek-V2 report, section 2.1).
 *
 * @param heads attention heads
 * @param queryRank width of the query latent; 0: queries are projected directly
 * @param latent width of the key and value latent, which is cached
 * @param rotary rotary values of a key, which are cached too
 * @param unrotated values of a head's query and key without rotation
 * @param value values of a head's output
 */
public record LatentAttention(
    int heads, int queryRank, int latent, int rotary, int unrotated, int value) {

  /** Bounds keep every product of sizes within 63 bits. */
  public LatentAttention {
    Bounds.check("num_attention_heads", heads, 1, 4096);
    Bounds.check("q_lora_rank", queryRank, 0, 1 << 16);
    Bounds.check("kv_lora_rank", latent, 1, 1 << 16);
    Bounds.check("qk_rope_head_dim", rotary, 1, 4096);
    Bounds.check("qk_nope_head_dim", unrotated, 1, 4096);
    Bounds.check("v_head_dim", value, 1, 4096);
  }

  /**
   * Parameters of one layer's attention, norms of the latents included: 187,107,328 for
   * DeepSeek-V3.
   */
  public long parameters(int hidden) {
    long queryWidth = (long) heads * (unrotated + rotary);
    long query =
        queryRank == 0 ? hidden * queryWidth : queryRank * (hidden + queryWidth) + queryRank;
    long keyValue =
        (long) hidden * (latent + rotary) + latent + (long) latent * heads * (unrotated + value);
    return query + keyValue + (long) heads * value * hidden;
  }

  /** Values that the cache keeps per token and layer: 576 for DeepSeek-V3. */
  public int cachedValues() {
    return latent + rotary;
  }
}
