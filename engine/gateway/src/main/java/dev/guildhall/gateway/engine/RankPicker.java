package dev.guildhall.gateway.engine;

import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * Chooses the rank that is likely to answer first: the one with the fewest token rows ahead of the
 * new request's first token. Pure.
 *
 * <p>Rows ahead = prompt tokens that its cache lacks + tokens queued there + a charge per running
 * sequence, each of which takes a row of every step that the prefill needs.
 */
final class RankPicker {

  /**
   * Token rows that one running sequence is worth: about the steps that a prompt takes in chunks,
   * times one row.
   */
  static final long ROWS_PER_RUNNING = 16;

  private RankPicker() {}

  /**
   * One rank that takes requests.
   *
   * @param cachedTokens leading prompt tokens that its prefix cache probably has
   * @param queuedTokens tokens waiting there, by its last report and what was sent since
   * @param running sequences being worked on
   */
  record Candidate(RankClient rank, int cachedTokens, long queuedTokens, int running) {

    long rowsAhead(int promptTokens) {
      return promptTokens - cachedTokens + queuedTokens + ROWS_PER_RUNNING * running;
    }
  }

  /**
   * The best candidate.
   *
   * @param tieBreak a number from 0 to its argument, exclusive: equal ranks take turns
   */
  static Optional<Candidate> pick(
      List<Candidate> candidates, int promptTokens, LongUnaryOperator tieBreak) {
    long least = candidates.stream().mapToLong(c -> c.rowsAhead(promptTokens)).min().orElse(0);
    List<Candidate> best =
        candidates.stream().filter(c -> c.rowsAhead(promptTokens) == least).toList();
    return best.isEmpty()
        ? Optional.empty()
        : Optional.of(best.get((int) tieBreak.applyAsLong(best.size())));
  }
}
