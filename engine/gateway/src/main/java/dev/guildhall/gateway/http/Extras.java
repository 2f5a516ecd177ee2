package dev.guildhall.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.api.Json;
import dev.guildhall.gateway.engine.Answer;
import dev.guildhall.gateway.ledger.Charge;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What goes with an answer beside its choices.
 *
 * @param usage OpenAI's {@code usage}
 * @param price {@code {charge, currency}}; null when the ledger did not say in time
 */
record Extras(ObjectNode usage, ObjectNode price) {

  /** Counts the tokens, and waits a moment for the charge. */
  static Extras of(Answer answer, Duration wait) {
    ObjectNode usage =
        Json.object()
            .put("prompt_tokens", answer.promptTokens())
            .put("completion_tokens", answer.completionTokens())
            .put("total_tokens", answer.promptTokens() + answer.completionTokens());
    usage.putObject("prompt_tokens_details").put("cached_tokens", answer.cachedTokens());
    return new Extras(usage, price(answer, wait).orElse(null));
  }

  private static Optional<ObjectNode> price(Answer answer, Duration wait) {
    long deadline = System.nanoTime() + wait.toNanos();
    BigDecimal sum = BigDecimal.ZERO;
    String currency = null;
    for (CompletableFuture<Optional<Charge>> pending : answer.charges()) {
      Charge charge;
      try {
        charge =
            pending
                .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
                .orElse(null);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      } catch (ExecutionException | TimeoutException e) {
        return Optional.empty();
      }
      if (charge == null || currency != null && !currency.equals(charge.currency())) {
        return Optional.empty();
      }
      sum = sum.add(charge.amount());
      currency = charge.currency();
    }
    return currency == null
        ? Optional.empty()
        : Optional.of(Json.object().put("charge", sum.toPlainString()).put("currency", currency));
  }
}
