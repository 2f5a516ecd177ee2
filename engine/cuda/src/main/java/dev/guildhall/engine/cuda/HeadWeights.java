package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.Matrix.Type;
import dev.guildhall.engine.model.ModelConfig;

/**
 * The weights that expand latents ({@code kv_b_proj}: for each head the keys' rows, then the
 * values'), taken apart for the absorbed form.
 *
 * @param name of the tensor
 */
record HeadWeights(Loader tensors, String name, ModelConfig config) {

  /** The keys' rows of each head, transposed: heads × latent rank rows of the nope size. */
  Matrix keyUp(Type type) {
    int rank = config.latentRank();
    Values all = new Values();
    return tensors.computed(
        name + " transposed",
        type,
        config.heads() * rank,
        config.nopeDim(),
        (row, values) -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = all.get()[(row / rank * block() + i) * rank + row % rank];
          }
        });
  }

  /** The values' rows of each head, one head below the other, in BF16. */
  Matrix values() {
    return rows(", values", config.nopeDim(), config.valueDim());
  }

  /** The keys' rows of each head, one head below the other, in BF16. */
  Matrix keys() {
    return rows(", keys", 0, config.nopeDim());
  }

  private Matrix rows(String which, int first, int each) {
    int rank = config.latentRank();
    Values all = new Values();
    return tensors.computed(
        name + which,
        Type.BF16,
        config.heads() * each,
        rank,
        (row, values) -> {
          int from = row / each * block() + first + row % each;
          System.arraycopy(all.get(), from * rank, values, 0, rank);
        });
  }

  private int block() {
    return config.nopeDim() + config.valueDim();
  }

  /** Read when first needed: a dry run of loading needs none. */
  private final class Values {
    private float[] read;

    float[] get() {
      if (read == null) {
        read = tensors.values(name);
      }
      return read;
    }
  }
}
