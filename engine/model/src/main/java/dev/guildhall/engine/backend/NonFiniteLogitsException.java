package dev.guildhall.engine.backend;

/**
 * A step gave logits that are not finite: broken weights, or cache pages that were never written.
 * The other slices of the step are fine, but their results are not returned.
 */
public class NonFiniteLogitsException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  /** Index of the slice in the step's input. */
  private final int slice;

  /**
   * @param slice index of the slice in the step's input
   * @param message names the slice, the token's position and the value
   */
  public NonFiniteLogitsException(int slice, String message) {
    super(message);
    this.slice = slice;
  }

  /** Index of the first slice concerned in the step's input. */
  public int slice() {
    return slice;
  }
}
