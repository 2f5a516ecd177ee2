package dev.guildhall.engine.cpu;

import static dev.guildhall.engine.model.TensorInventory.layerPrefix;

import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.Weights;
import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.List;

/** Reads the routed experts that a rank holds; the others are never touched. */
record ExpertLoader(Weights weights) {

  /**
   * As [decoder layer][expert], null where not held and for dense layers.
   *
   * @param held for each decoder layer, the MTP layer last if there is one; null: all
   * @param before those that are kept where they are still held; null: none
   */
  FeedForward[][] load(List<BitSet> held, FeedForward[][] before) {
    ModelConfig config = weights.config();
    int layers = ModelLoader.layers(weights);
    if (held != null && held.size() < layers) {
      throw new IllegalArgumentException(
          "heldExperts names %d layers, the model has %d (the MTP layer included)"
              .formatted(held.size(), layers));
    }
    FeedForward[][] experts = new FeedForward[layers][];
    for (int layer = config.denseLayers(); layer < layers; layer++) {
      experts[layer] = new FeedForward[config.experts()];
      for (int e = 0; e < config.experts(); e++) {
        if (held == null || held.get(layer).get(e)) {
          boolean kept = before != null && before[layer][e] != null;
          experts[layer][e] = kept ? before[layer][e] : expert(layer, e);
        }
      }
    }
    return experts;
  }

  /** Its memory, where it has any of its own, is given back when nobody computes with it. */
  private FeedForward expert(int layer, int expert) {
    return new MatrixLoader(weights, Arena.ofAuto())
        .ffn(layerPrefix(layer) + "mlp.experts." + expert + ".");
  }
}
