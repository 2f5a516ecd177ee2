package dev.guildhall.engine.model;

/**
 * YaRN scaling of rotary positions ({@code rope_scaling} of type {@code yarn}).
 *
 * @param factor how much longer the context is than the original one
 * @param originalPositions context length before scaling; the correction range depends on this
 *     length, not on {@code max_position_embeddings}
 * @param betaFast rotations above which a frequency is left as it was
 * @param betaSlow rotations below which a frequency is divided by {@code factor}
 * @param attentionFactor amplitude of cosine and sine
 * @param logitFactor what every attention logit is multiplied by beside 1/√(head size): the square
 *     of {@code 0.1·mscale_all_dim·ln(factor)+1}
 */
public record Yarn(
    double factor,
    int originalPositions,
    double betaFast,
    double betaSlow,
    double attentionFactor,
    double logitFactor) {

  static double mscale(double factor, double multiplier) {
    return factor <= 1 ? 1 : 0.1 * multiplier * Math.log(factor) + 1;
  }

  /** Blends θ^(-2i/d) with its {@code factor}-th part over the correction range. */
  double[] scale(double[] plain, double theta) {
    int dimensions = 2 * plain.length;
    double low = Math.max(Math.floor(correction(betaFast, theta, dimensions)), 0);
    double high = Math.min(Math.ceil(correction(betaSlow, theta, dimensions)), dimensions - 1);
    double span = low == high ? 0.001 : high - low;
    double[] scaled = new double[plain.length];
    for (int i = 0; i < scaled.length; i++) {
      double ramp = Math.clamp((i - low) / span, 0.0, 1.0);
      scaled[i] = plain[i] / factor * ramp + plain[i] * (1 - ramp);
    }
    return scaled;
  }

  /** The dimension whose wave turns {@code rotations} times over the original context. */
  private double correction(double rotations, double theta, int dimensions) {
    return dimensions
        * Math.log(originalPositions / (rotations * 2 * Math.PI))
        / (2 * Math.log(theta));
  }
}
