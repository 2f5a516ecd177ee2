package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.ledger.UsageEvent;
import dev.guildhall.gateway.routes.Authenticator;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Adds up what the choices of one prompt used. Pure. */
final class Settlement {

  private static final List<String> BY_GRAVITY = List.of("stop", "length", "cancelled", "error");

  private Settlement() {}

  /** The event of a prompt that has used nothing yet. */
  static UsageEvent empty(Job job, Job.Unit unit, Authenticator.Caller caller, Instant at) {
    return new UsageEvent(
        unit.id(),
        caller.tenant().name(),
        caller.keyId(),
        job.model().name(),
        job.model().deployment(),
        "",
        at.toString(),
        unit.prompt().length,
        0,
        0,
        0,
        0,
        0,
        "",
        null);
  }

  /**
   * What the choices of a prompt have used: the prompt once, as OpenAI counts it, completions and
   * engine time of all.
   *
   * @param empty the prompt's event
   * @param unfinished the outcome of choices that have no finish reason
   */
  static UsageEvent of(UsageEvent empty, List<Choice> choices, String unfinished, Instant at) {
    Choice first = choices.stream().filter(Choice::used).findFirst().orElse(choices.getFirst());
    long prefill = 0;
    long decode = 0;
    int completion = 0;
    int ranks = 0;
    for (Choice choice : choices) {
      completion += choice.completionTokens();
      if (choice.usage != null) {
        prefill += choice.usage.getPrefillNanos();
        decode += choice.usage.getDecodeNanos();
        ranks = Math.max(ranks, choice.usage.getRanks());
      }
    }
    if (ranks == 0 && first.rank() != null && first.rank().status() != null) {
      ranks = first.rank().status().getRanks();
    }
    String outcome =
        choices.stream()
            .map(c -> c.reason == null ? unfinished : c.reason)
            .max(Comparator.comparingInt(BY_GRAVITY::indexOf))
            .orElse(unfinished);
    return new UsageEvent(
        empty.id(),
        empty.tenant(),
        empty.key(),
        empty.model(),
        empty.deployment(),
        first.rank() == null ? "" : first.rank().group(),
        at.toString(),
        empty.promptTokens(),
        first.cachedTokens,
        completion,
        prefill,
        decode,
        ranks,
        outcome,
        elsewhere(choices));
  }

  /** Choices of one prompt have it computed by the same rank. */
  private static UsageEvent.Elsewhere elsewhere(List<Choice> choices) {
    var helped =
        choices.stream()
            .filter(c -> c.usage != null && c.usage.getRemoteRanks() > 0)
            .filter(c -> c.route.prefill().isPresent())
            .toList();
    return helped.isEmpty()
        ? null
        : new UsageEvent.Elsewhere(
            helped.getFirst().route.prefill().get().group(),
            helped.stream().mapToLong(c -> c.usage.getRemotePrefillNanos()).sum(),
            helped.getFirst().usage.getRemoteRanks());
  }
}
