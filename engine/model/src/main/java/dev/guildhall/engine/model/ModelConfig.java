package dev.guildhall.engine.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Architecture of a DeepSeek-V3-class model, read from {@code config.json}. Names in parentheses
 * are those of the file.
 *
 * @param vocabSize rows of the embedding table ({@code vocab_size})
 * @param hiddenSize width of the residual stream ({@code hidden_size})
 * @param layers decoder layers of the main model ({@code num_hidden_layers})
 * @param denseLayers how many of the first layers have a dense FFN ({@code first_k_dense_replace})
 * @param denseSize inner width of a dense FFN ({@code intermediate_size})
 * @param expertSize inner width of an expert ({@code moe_intermediate_size})
 * @param experts routed experts of a layer ({@code n_routed_experts})
 * @param expertsPerToken experts chosen for a token ({@code num_experts_per_tok})
 * @param sharedExperts experts that every token passes, fused into one FFN ({@code
 *     n_shared_experts})
 * @param groups groups of consecutive experts ({@code n_group})
 * @param keptGroups groups a token may choose from ({@code topk_group})
 * @param routedScale factor of the routed experts' weights ({@code routed_scaling_factor})
 * @param normalizeWeights whether the chosen scores are divided by their sum ({@code
 *     norm_topk_prob})
 * @param heads attention heads ({@code num_attention_heads})
 * @param queryRank width of the query latent, 0 if queries are projected directly ({@code
 *     q_lora_rank})
 * @param latentRank width of the cached latent ({@code kv_lora_rank})
 * @param nopeDim part of a head without rotary positions ({@code qk_nope_head_dim})
 * @param ropeDim part of a head with rotary positions ({@code qk_rope_head_dim})
 * @param valueDim width of a head's value ({@code v_head_dim})
 * @param rmsEps added under the root of every norm ({@code rms_norm_eps})
 * @param ropeTheta base of the rotary frequencies ({@code rope_theta})
 * @param yarn long-context scaling, if any ({@code rope_scaling})
 * @param maxPositions longest sequence ({@code max_position_embeddings})
 * @param mtpLayers multi-token-prediction layers, 0 or 1 ({@code num_nextn_predict_layers}); a
 *     folder may lack their tensors all the same, see {@link Weights#hasMtp}
 * @param bosToken begin-of-sequence id, -1 if none ({@code bos_token_id})
 * @param eosTokens ids that end a generation ({@code eos_token_id})
 * @param quantization FP8 block quantisation, if any ({@code quantization_config})
 */
public record ModelConfig(
    int vocabSize,
    int hiddenSize,
    int layers,
    int denseLayers,
    int denseSize,
    int expertSize,
    int experts,
    int expertsPerToken,
    int sharedExperts,
    int groups,
    int keptGroups,
    double routedScale,
    boolean normalizeWeights,
    int heads,
    int queryRank,
    int latentRank,
    int nopeDim,
    int ropeDim,
    int valueDim,
    double rmsEps,
    double ropeTheta,
    Optional<Yarn> yarn,
    int maxPositions,
    int mtpLayers,
    int bosToken,
    List<Integer> eosTokens,
    Optional<Quantization> quantization) {

  /**
   * Reads {@code config.json} of a folder.
   *
   * @throws InvalidConfigException naming the field that is missing, out of range or not supported
   * @throws ModelException if there is no such file or it is not JSON
   */
  public static ModelConfig read(Path folder) {
    return ModelConfigReader.read(folder);
  }

  /** Width of a query or key: the part without and the part with rotary positions. */
  public int headDim() {
    return nopeDim + ropeDim;
  }

  /** Values cached per token and layer: the latent and the rotated key shared by all heads. */
  public int cacheWidth() {
    return latentRank + ropeDim;
  }

  /** Whether the FFN of a layer is a mixture of experts; the MTP layer's always is. */
  public boolean isMoe(int layer) {
    return layer >= denseLayers;
  }

  /** Inner width of the fused shared experts. */
  public int sharedSize() {
    return Math.multiplyExact(sharedExperts, expertSize);
  }

  /** Experts of one group. */
  public int groupSize() {
    return experts / groups;
  }

  /** What q·k is multiplied by before the softmax: 1/√headDim, times YaRN's logit factor. */
  public double softmaxScale() {
    return yarn.map(Yarn::logitFactor).orElse(1.0) / Math.sqrt(headDim());
  }

  /** Amplitude of cosine and sine; 1 for every published V3 model. */
  public double ropeAmplitude() {
    return yarn.map(Yarn::attentionFactor).orElse(1.0);
  }

  /** Angle per position of each of the {@code ropeDim/2} pairs (2i, 2i+1). */
  public double[] inverseFrequencies() {
    double[] inverse = new double[ropeDim / 2];
    for (int i = 0; i < inverse.length; i++) {
      inverse[i] = Math.pow(ropeTheta, -2.0 * i / ropeDim);
    }
    return yarn.map(y -> y.scale(inverse, ropeTheta)).orElse(inverse);
  }

  /** Whether a token ends a generation. */
  public boolean isEos(int token) {
    return eosTokens.contains(token);
  }
}
