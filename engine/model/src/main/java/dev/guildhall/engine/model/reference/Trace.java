package dev.guildhall.engine.model.reference;

/** Sees a forward pass, one token at a time. */
public interface Trace {

  /** Sees nothing. */
  Trace NONE = new Trace() {};

  /**
   * The input of a layer; {@code layer} equal to the number of layers means the state after the
   * final norm. Do not modify.
   */
  default void hidden(int layer, float[] state) {}

  /** The experts chosen in a layer, ascending, with their weights. */
  default void routed(int layer, int[] experts, float[] weights) {}
}
