package dev.guildhall.engine.model;

import dev.guildhall.engine.model.TensorSpec.Part;
import java.util.List;
import java.util.Map;

/** Compares what a folder holds with what its configuration asks for. */
final class InventoryCheck {
  private static final int NAMED = 5;

  private final ModelConfig config;
  private final Map<String, Tensor> tensors;
  private final Quantization blocks;

  InventoryCheck(ModelConfig config, Map<String, Tensor> tensors) {
    this.config = config;
    this.tensors = tensors;
    this.blocks = config.quantization().orElse(Quantization.DEFAULT);
  }

  /** Throws on the first mismatch; returns whether the MTP layer is there. */
  boolean run() {
    List<TensorSpec> specs = TensorInventory.of(config);
    boolean mtp =
        specs.stream().anyMatch(s -> s.part() == Part.MTP && tensors.containsKey(s.name()));
    List<TensorSpec> wanted =
        specs.stream().filter(s -> s.part() == Part.MAIN || (mtp && s.part() == Part.MTP)).toList();
    List<String> missing =
        wanted.stream().map(TensorSpec::name).filter(n -> !tensors.containsKey(n)).toList();
    if (!missing.isEmpty()) {
      throw new TensorMismatchException(
          "%d of %d tensors are missing: %s%s"
              .formatted(
                  missing.size(),
                  wanted.size(),
                  String.join(", ", missing.subList(0, Math.min(NAMED, missing.size()))),
                  missing.size() > NAMED ? ", …" : ""));
    }
    specs.stream().filter(s -> tensors.containsKey(s.name())).forEach(this::check);
    return mtp;
  }

  private void check(TensorSpec spec) {
    Tensor tensor = tensors.get(spec.name());
    checkShape(tensor, spec.shape());
    if (!tensor.dtype().isFloat() || tensor.dtype() == DType.F64) {
      throw mismatch(spec.name() + " is stored as " + tensor.dtype() + ", not as a float type");
    }
    if (tensor.dtype() == DType.F8_E4M3) {
      checkScales(spec);
    }
  }

  private void checkScales(TensorSpec spec) {
    if (!spec.quantizable()) {
      throw mismatch(spec.name() + " is stored as F8_E4M3, but only linear layers may be");
    }
    Tensor scales = tensors.get(TensorInventory.scaleName(spec.name()));
    if (scales == null) {
      throw mismatch(
          spec.name()
              + " is stored as F8_E4M3, but its block scales "
              + TensorInventory.scaleName(spec.name())
              + " are missing");
    }
    checkShape(scales, blocks.scaleShape(spec.shape()[0], spec.shape()[1]));
    if (scales.dtype() != DType.F32 && scales.dtype() != DType.BF16) {
      throw mismatch(scales.name() + " is stored as " + scales.dtype() + ", expected F32");
    }
  }

  private static void checkShape(Tensor tensor, long[] expected) {
    if (!tensor.hasShape(expected)) {
      throw mismatch(
          "%s has shape %s, but config.json asks for %s"
              .formatted(
                  tensor.name(), TensorSpec.text(tensor.shape()), TensorSpec.text(expected)));
    }
  }

  private static TensorMismatchException mismatch(String message) {
    return new TensorMismatchException(message);
  }
}
