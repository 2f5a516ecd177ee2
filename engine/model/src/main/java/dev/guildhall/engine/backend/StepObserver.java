package dev.guildhall.engine.backend;

/**
 * Sees the inside of a step, for verification. Arrays belong to the backend and are valid during
 * the call only.
 */
public interface StepObserver {

  /**
   * The input of a layer, tokens × hidden size; {@code layer} equal to the number of layers means
   * the state after the final norm.
   */
  default void hidden(int layer, float[] rows) {}

  /** The experts chosen in a layer, ascending, tokens × top-k, with their weights. */
  default void routed(int layer, int[] experts, float[] weights) {}
}
