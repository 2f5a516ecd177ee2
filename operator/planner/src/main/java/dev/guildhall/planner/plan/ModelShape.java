package dev.guildhall.planner.plan;

/**
 * The sizes of a DeepSeek-V3-class model, as its config.json states them, and the parameters that
 * follow from them.
 *
 * @param vocab tokens of the vocabulary
 * @param hidden values of a hidden state
 * @param layers decoder layers, without MTP layers
 * @param denseLayers leading layers with a dense feed-forward network; the others are mixtures of
 *     experts
 * @param denseWidth inner width of a dense feed-forward network
 * @param expertWidth inner width of one expert
 * @param routedExperts routed experts of a mixture-of-experts layer
 * @param sharedExperts shared experts of a mixture-of-experts layer
 * @param activeExperts routed experts that one token visits
 * @param attention sizes of multi-head latent attention
 * @param mtpLayers multi-token-prediction layers
 * @param tiedEmbeddings whether the output head is the embedding table
 * @param maxPositions longest context that the model was made for
 */
public record ModelShape(
    int vocab,
    int hidden,
    int layers,
    int denseLayers,
    int denseWidth,
    int expertWidth,
    int routedExperts,
    int sharedExperts,
    int activeExperts,
    LatentAttention attention,
    int mtpLayers,
    boolean tiedEmbeddings,
    int maxPositions) {

  /** Bounds keep every product of sizes within 63 bits. */
  public ModelShape {
    Bounds.check("vocab_size", vocab, 1, 1 << 24);
    Bounds.check("hidden_size", hidden, 1, 1 << 16);
    Bounds.check("num_hidden_layers", layers, 1, 512);
    Bounds.check("first_k_dense_replace", denseLayers, 0, layers);
    Bounds.check("intermediate_size", denseWidth, 1, 1 << 20);
    Bounds.check("moe_intermediate_size", expertWidth, 1, 1 << 20);
    Bounds.check("n_routed_experts", routedExperts, 1, 4096);
    Bounds.check("n_shared_experts", sharedExperts, 0, 64);
    Bounds.check("num_experts_per_tok", activeExperts, 1, routedExperts);
    Bounds.check("num_nextn_predict_layers", mtpLayers, 0, 16);
    Bounds.check("max_position_embeddings", maxPositions, 1, 1 << 24);
  }

  /** Layers whose feed-forward network is a mixture of experts, without MTP layers. */
  public int moeLayers() {
    return layers - denseLayers;
  }

  /** Layers that have expert slots: mixtures of experts of the main model, then the MTP layers. */
  public int slottedLayers() {
    return moeLayers() + mtpLayers;
  }

  /** Layers that keep a latent per token: all of the main model, then the MTP layers. */
  public int cachedLayers() {
    return layers + mtpLayers;
  }

  /** Parameters of one expert: gate, up and down projection. */
  public long expertParameters() {
    return 3L * hidden * expertWidth;
  }

  /** Parameters of the dense feed-forward network of one dense layer. */
  public long denseParameters() {
    return 3L * hidden * denseWidth;
  }

  /** Parameters of one router: a score per expert and its correction bias. */
  public long routerParameters() {
    return (hidden + 1L) * routedExperts;
  }

  /** Parameters of the embedding table and the head together. */
  public long embeddingParameters() {
    return (tiedEmbeddings ? 1L : 2L) * vocab * hidden;
  }

  /** Attention and the two norms of one layer. */
  public long attentionParameters() {
    return attention.parameters(hidden) + 2L * hidden;
  }

  /** Parameters of one mixture-of-experts layer, all experts included. */
  public long moeLayerParameters() {
    return attentionParameters()
        + routerParameters()
        + (routedExperts + sharedExperts) * expertParameters();
  }

  /**
   * What one MTP layer adds beside a mixture-of-experts layer: the projection of two hidden states
   * to one, and three norms.
   */
  public long mtpGlueParameters() {
    return 2L * hidden * hidden + 3L * hidden;
  }

  /** Parameters of the main model, without MTP layers: 671,026,419,200 for DeepSeek-V3. */
  public long parameters() {
    return denseLayers * (attentionParameters() + denseParameters())
        + moeLayers() * moeLayerParameters()
        + embeddingParameters()
        + hidden;
  }

  /**
   * Parameters that one token meets: all but the embedding table and the routed experts that it
   * does not visit. About 37 billion for DeepSeek-V3.
   */
  public long activatedParameters() {
    return parameters()
        - moeLayers() * (long) (routedExperts - activeExperts) * expertParameters()
        - (long) vocab * hidden;
  }
}
