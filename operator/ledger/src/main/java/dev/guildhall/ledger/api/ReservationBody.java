package dev.guildhall.ledger.api;

import dev.guildhall.ledger.ReservationRequest;

/** Body of {@code POST /v1/reservations}. */
record ReservationBody(
    String id,
    String tenant,
    String key,
    String model,
    Long promptTokens,
    Long maxTokens,
    Long ttlSeconds) {
  static final long MOST_TOKENS = 100_000_000;
  private static final long MOST_SECONDS = 86_400;

  ReservationRequest toRequest() {
    return new ReservationRequest(
        Check.name("id", id),
        Check.name("tenant", tenant),
        Check.name("key", key),
        Check.name("model", model),
        Check.range("promptTokens", promptTokens, 0, MOST_TOKENS),
        Check.range("maxTokens", maxTokens, 0, MOST_TOKENS),
        Check.range("ttlSeconds", ttlSeconds, 1, MOST_SECONDS));
  }
}
