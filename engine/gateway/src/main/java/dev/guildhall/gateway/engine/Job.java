package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.api.InferenceRequest;
import dev.guildhall.gateway.routes.ModelRoute;
import dev.guildhall.gateway.text.ModelText;
import java.util.List;

/**
 * One HTTP request, ready for the engine.
 *
 * @param text tokenizer and defaults; only ranks with the same assets answer it
 * @param maxTokens most new tokens per choice, by prompt
 * @param salt of the tenant's prefix cache
 * @param deadlineNanos on the clock of {@link System#nanoTime}
 */
public record Job(
    InferenceRequest request,
    ModelRoute model,
    Speech text,
    List<Unit> units,
    byte[] salt,
    long deadlineNanos) {

  /** One prompt: what is metered together. */
  public record Unit(String id, int[] prompt, int maxTokens) {}

  /** A model's language, and the digest that names it. */
  public record Speech(ModelText text, String digest) {}

  /** The unit that a choice belongs to. */
  int unitOf(int choice) {
    return choice / request.choices();
  }

  int choices() {
    return units.size() * request.choices();
  }
}
