package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.Matrix.Type;
import dev.guildhall.engine.cuda.hopper.MlaPlan;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.TensorInventory;
import dev.guildhall.engine.model.Weights;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How attention is computed, which decides what the cache and the weights of heads look like. */
enum AttentionForm {
  /** {@link PortableAttention}. */
  PORTABLE(Type.F32),
  /** {@link HopperAttention}. */
  HOPPER(Type.BF16);

  /** Elements that TMA's rows and 16-byte stores begin at multiples of. */
  private static final int ALIGNED = 8;

  /** Of the cache. */
  final Type cached;

  AttentionForm(Type cached) {
    this.cached = cached;
  }

  /**
   * Hopper's where the device has its tensor cores, and the model has DeepSeek-V3's latent and
   * weights that they read.
   *
   * @param capability of the device, 90 for 9.0
   */
  static AttentionForm of(Arithmetic arithmetic, int capability, Weights weights) {
    ModelConfig c = weights.config();
    boolean shaped =
        c.latentRank() == MlaPlan.LATENT
            && c.cacheWidth() == MlaPlan.WIDTH
            && Stream.of(c.nopeDim(), c.headDim(), c.valueDim()).allMatch(d -> d % ALIGNED == 0);
    boolean able = arithmetic == Arithmetic.TENSOR && capability / 10 == 9;
    return able && shaped && narrow(weights) ? HOPPER : PORTABLE;
  }

  private static boolean narrow(Weights weights) {
    ModelConfig c = weights.config();
    String query = c.queryRank() == 0 ? "q_proj.weight" : "q_b_proj.weight";
    return IntStream.range(0, c.layers() + (weights.hasMtp() ? 1 : 0))
        .mapToObj(i -> TensorInventory.layerPrefix(i) + "self_attn.")
        .flatMap(prefix -> Stream.of(prefix + query, prefix + "o_proj.weight"))
        .allMatch(name -> Loader.type(weights, name) != Type.F32);
  }
}
