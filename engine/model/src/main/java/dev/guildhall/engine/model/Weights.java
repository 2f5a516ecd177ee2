package dev.guildhall.engine.model;

import dev.guildhall.engine.model.TensorSpec.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of a model folder, mapped into memory. Opening reads the configuration and every
 * header, checks that all tensors are there with the right shape, and reads no weight. Safe for
 * concurrent reading until closed.
 */
public final class Weights implements AutoCloseable {
  private final ModelConfig config;
  private final List<Safetensors> files = new ArrayList<>();
  private final Map<String, Tensor> tensors = new HashMap<>();
  private boolean mtp;

  private Weights(ModelConfig config) {
    this.config = config;
  }

  /**
   * Opens a folder in Hugging Face layout, sharded or not.
   *
   * @throws InvalidConfigException if {@code config.json} is not that of a supported model
   * @throws InvalidSafetensorsException if a file is broken, truncated or missing
   * @throws TensorMismatchException if a tensor is missing or has another shape than the
   *     configuration asks for
   * @throws ModelException for everything else that is wrong with the folder
   */
  public static Weights open(Path folder) {
    Weights weights = new Weights(ModelConfig.read(folder));
    try {
      weights.map(ShardIndex.of(folder));
      weights.mtp = new InventoryCheck(weights.config, weights.tensors).run();
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private void map(ShardIndex index) {
    for (Path shard : index.shards()) {
      Safetensors file = Safetensors.open(shard);
      files.add(file);
      for (Tensor tensor : file.tensors()) {
        if (tensors.put(tensor.name(), tensor) != null) {
          throw new InvalidSafetensorsException(
              shard, "holds " + tensor.name() + ", which another shard holds too");
        }
      }
    }
    index
        .fileOf()
        .forEach(
            (name, file) -> {
              if (!tensors.containsKey(name)) {
                throw new TensorMismatchException(
                    "the index says that " + file + " holds " + name + ", but it does not");
              }
            });
  }

  /** The configuration that the weights were checked against. */
  public ModelConfig config() {
    return config;
  }

  /** Whether the folder has the tensors of the MTP layer. */
  public boolean hasMtp() {
    return mtp;
  }

  /** Index of the MTP layer: one after the last decoder layer. */
  public int mtpLayer() {
    return config.layers();
  }

  /** A tensor if it is there, expected or not. */
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /**
   * A tensor as stored.
   *
   * @throws TensorMismatchException if there is none of that name
   */
  public Tensor tensor(String name) {
    return find(name)
        .orElseThrow(() -> new TensorMismatchException("the model has no tensor " + name));
  }

  /** The block scales of an FP8 tensor: rows of blocks × columns of blocks. */
  public Optional<float[]> scales(String name) {
    return find(TensorInventory.scaleName(name)).map(Tensor::floats);
  }

  /** A whole tensor as floats, block scales applied. */
  public float[] floats(String name) {
    Tensor tensor = tensor(name);
    if (tensor.dtype() != DType.F8_E4M3) {
      return tensor.floats();
    }
    float[] out = new float[Math.toIntExact(tensor.size())];
    rows(name, 0, tensor.dim(0), out, 0);
    return out;
  }

  /**
   * Rows {@code first} to {@code first + count} of a matrix as floats, block scales applied, to
   * {@code out} from index {@code at} on: for tensors that are better not held as floats at once.
   */
  public void rows(String name, int first, int count, float[] out, int at) {
    Tensor tensor = tensor(name);
    int columns = tensor.dim(1);
    tensor.floats((long) first * columns, out, at, Math.multiplyExact(count, columns));
    if (tensor.dtype() != DType.F8_E4M3) {
      return;
    }
    Quantization blocks = config.quantization().orElse(Quantization.DEFAULT);
    Tensor scales = tensor(TensorInventory.scaleName(name));
    float[] scale = new float[scales.dim(1)];
    for (int r = 0; r < count; r++) {
      long block = (first + r) / blocks.blockRows();
      scales.floats(block * scale.length, scale, 0, scale.length);
      int row = at + r * columns;
      for (int c = 0; c < columns; c++) {
        out[row + c] *= scale[c / blocks.blockColumns()];
      }
    }
  }

  /** Elements stored in the expected tensors of a part, without scales. */
  public long parameters(Part part) {
    return TensorInventory.of(config).stream()
        .filter(s -> s.part() == part && tensors.containsKey(s.name()))
        .mapToLong(TensorSpec::size)
        .sum();
  }

  /** Unmaps the files; no tensor may be read any more. */
  @Override
  public void close() {
    files.forEach(Safetensors::close);
  }
}
