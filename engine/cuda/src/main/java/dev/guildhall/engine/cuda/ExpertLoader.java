package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.model.TensorInventory.layerPrefix;

import dev.guildhall.engine.cuda.Matrix.Type;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.Weights;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jcuda.driver.CUdeviceptr;

/** Puts the routed experts that a rank holds on the device, a layer's below each other. */
record ExpertLoader(Weights weights) {

  /**
   * All layers'; null for a dense one and where none is held.
   *
   * @param held for each decoder layer, the MTP layer last if there is one; null: all
   */
  RoutedExperts[] all(List<BitSet> held, WeightStore store) {
    ModelConfig config = weights.config();
    int layers = config.layers() + (weights.hasMtp() ? 1 : 0);
    if (held != null && held.size() < layers) {
      throw new IllegalArgumentException(
          "heldExperts names %d layers, the model has %d (the MTP layer included)"
              .formatted(held.size(), layers));
    }
    RoutedExperts[] experts = new RoutedExperts[layers];
    for (int layer = config.denseLayers(); layer < layers; layer++) {
      BitSet these = held == null ? everyone() : held.get(layer);
      experts[layer] = these.isEmpty() ? null : layer(layer, these, store);
    }
    return experts;
  }

  private BitSet everyone() {
    BitSet all = new BitSet();
    all.set(0, weights.config().experts());
    return all;
  }

  /**
   * One layer's.
   *
   * @param held at least one
   */
  RoutedExperts layer(int layer, BitSet held, WeightStore store) {
    int[] slots = new int[weights.config().experts()];
    Arrays.fill(slots, -1);
    int[] experts = held.stream().toArray();
    for (int s = 0; s < experts.length; s++) {
      slots[experts[s]] = s;
    }
    Loader tensors = new Loader(weights, store);
    return new RoutedExperts(
        tensors.stack(
            Arrays.stream(experts)
                .boxed()
                .flatMap(e -> Stream.of(gate(layer, e), up(layer, e)))
                .toArray(String[]::new)),
        tensors.stack(Arrays.stream(experts).mapToObj(e -> down(layer, e)).toArray(String[]::new)),
        tensors.ints(slots, "slots of layer " + layer),
        slots);
  }

  /** Where a layer's experts lie that are on the device. */
  HeldTensors held(int layer, RoutedExperts experts) {
    if (experts == null) {
      return HeldTensors.NONE;
    }
    Map<String, Place> places = new HashMap<>();
    for (int e = 0; e < experts.slotOf().length; e++) {
      int slot = experts.slotOf()[e];
      if (slot >= 0) {
        places.put(gate(layer, e), new Place(experts.gateUp(), 2 * slot, 2 * experts.held()));
        places.put(up(layer, e), new Place(experts.gateUp(), 2 * slot + 1, 2 * experts.held()));
        places.put(down(layer, e), new Place(experts.down(), slot, experts.held()));
      }
    }
    return (tensor, type) -> Optional.ofNullable(places.get(tensor)).flatMap(p -> p.as(type));
  }

  /** One of the equal parts of a stack. */
  private record Place(Matrix stack, int index, int of) {
    Optional<CUdeviceptr> as(Type type) {
      long bytes = stack.buffer().bytes() / of;
      return type == stack.type()
          ? Optional.of(stack.buffer().pointer().withByteOffset(index * bytes))
          : Optional.empty();
    }
  }

  private static String gate(int layer, int expert) {
    return name(layer, expert, "gate_proj");
  }

  private static String up(int layer, int expert) {
    return name(layer, expert, "up_proj");
  }

  private static String down(int layer, int expert) {
    return name(layer, expert, "down_proj");
  }

  private static String name(int layer, int expert, String part) {
    return layerPrefix(layer) + "mlp.experts." + expert + "." + part + ".weight";
  }
}
