package dev.guildhall.engine.model.verify;

import java.util.List;
import java.util.Map;

/** What a check asks of an implementation of the model. */
public interface VerifiableModel extends AutoCloseable {

  /** What checks are reported for, such as {@code reference}. */
  String name();

  /** Whether {@link #draft} works. */
  boolean hasMtp();

  /** Whether {@link #draft} can be fed the state before the final norm. */
  boolean showsRawState();

  /**
   * A whole sequence.
   *
   * @param logits tokens × vocabulary
   * @param hidden input of each layer and, last, the state after the final norm; tokens × hidden
   * @param routes by layer
   */
  record Pass(float[] logits, List<float[]> hidden, Map<Integer, Routes> routes) {}

  /**
   * Choices of a layer's router.
   *
   * @param experts tokens × top-k, each token's ascending
   * @param weights in the same order
   */
  record Routes(int[] experts, float[] weights) {}

  /**
   * A continuation.
   *
   * @param tokens the likeliest token of each step
   * @param margins gap between the two best logits of each step
   */
  record Generation(int[] tokens, float[] margins) {}

  /**
   * The MTP layer over a sequence.
   *
   * @param logits (tokens-1) × vocabulary; row i predicts token i+2
   * @param routes of its router
   */
  record Drafts(float[] logits, Routes routes) {}

  /** Runs a sequence from its start. */
  Pass forward(int[] tokens);

  /** Continues a prompt with the likeliest token, {@code count} times, one step each. */
  Generation generate(int[] prompt, int count);

  /**
   * Runs the MTP layer over a sequence.
   *
   * @param raw fed with the main model's state before the final norm, not after it
   */
  Drafts draft(int[] tokens, boolean raw);

  @Override
  void close();
}
