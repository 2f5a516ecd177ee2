package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.routes.ModelRoute.Work;
import java.util.List;

/** Divides requests between ranks that compute prompts and ranks that go on with them. Pure. */
final class Division {

  /** Fewer tokens are sooner computed than asked for. */
  static final int LEAST_TOKENS = 64;

  private Division() {}

  /** Ranks that may answer: those for prompts only where there is no other. */
  static List<RankClient> answering(List<RankClient> able) {
    var answering = able.stream().filter(rank -> rank.work() != Work.PREFILL).toList();
    return answering.isEmpty() ? able : answering;
  }

  /** Whether another rank should compute the prompt for the one that answers. */
  static boolean pays(RankPicker.Candidate answering, int promptTokens) {
    return answering.rank().work() == Work.DECODE
        && promptTokens - answering.cachedTokens() >= LEAST_TOKENS;
  }

  /** Ranks that can compute prompts for one that answers: those that hold the same weights. */
  static List<RankClient> prefilling(List<RankClient> able, RankClient answering) {
    var status = answering.status();
    return able.stream()
        .filter(rank -> rank.work() == Work.PREFILL)
        .filter(
            rank -> {
              var other = rank.status();
              return status != null
                  && other != null
                  && other.getModelDigest().equals(status.getModelDigest());
            })
        .toList();
  }
}
