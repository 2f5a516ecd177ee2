package dev.guildhall.ledger.api;

import dev.guildhall.ledger.InvalidRequestException;
import dev.guildhall.ledger.Nanos;
import dev.guildhall.ledger.Usage;

/** Body of {@code POST /v1/reservations/ID/commit}. */
record CommitBody(UsageBody usage) {
  private static final long MOST_NANOS = 86_400_000_000_000L;
  private static final int MOST_RANKS = 65_536;

  record UsageBody(
      String id,
      String tenant,
      String key,
      String model,
      String deployment,
      String group,
      String at,
      Long promptTokens,
      Long cachedTokens,
      Long completionTokens,
      Long prefillNanos,
      Long decodeNanos,
      Long ranks,
      String outcome,
      ElsewhereBody elsewhere) {}

  record ElsewhereBody(String group, Long nanos, Long ranks) {

    Usage.Elsewhere toElsewhere() {
      return new Usage.Elsewhere(
          Check.name("usage.elsewhere.group", group),
          Check.range("usage.elsewhere.nanos", nanos, 0, MOST_NANOS),
          (int) Check.range("usage.elsewhere.ranks", ranks, 1, MOST_RANKS));
    }
  }

  Usage toUsage() {
    if (usage == null) {
      throw new InvalidRequestException("usage", "is required");
    }
    long prompt =
        Check.range("usage.promptTokens", usage.promptTokens(), 0, ReservationBody.MOST_TOKENS);
    return new Usage(
        Check.name("usage.id", usage.id()),
        Check.name("usage.tenant", usage.tenant()),
        Check.name("usage.key", usage.key()),
        Check.name("usage.model", usage.model()),
        usage.deployment() == null ? "" : Check.text("usage.deployment", usage.deployment(), 507),
        Check.optional("usage.group", usage.group()),
        Nanos.parse("usage.at", Check.name("usage.at", usage.at())),
        prompt,
        Check.range("usage.cachedTokens", usage.cachedTokens(), 0, prompt),
        Check.range(
            "usage.completionTokens", usage.completionTokens(), 0, ReservationBody.MOST_TOKENS),
        Check.range("usage.prefillNanos", usage.prefillNanos(), 0, MOST_NANOS),
        Check.range("usage.decodeNanos", usage.decodeNanos(), 0, MOST_NANOS),
        (int) Check.range("usage.ranks", usage.ranks(), 0, MOST_RANKS),
        usage.outcome() == null ? "" : Check.text("usage.outcome", usage.outcome(), 64),
        usage.elsewhere() == null ? Usage.Elsewhere.NONE : usage.elsewhere().toElsewhere());
  }
}
