package dev.guildhall.engine.runtime;

import java.util.Set;

/**
 * One sequence to generate.
 *
 * @param id unique among the requests that have not ended
 * @param prompt token ids, at least one
 * @param maxTokens most tokens to generate, at least one
 * @param sampling how tokens are drawn
 * @param stopTokens ids that end the sequence; the one that does is counted but not delivered
 * @param cacheSalt prefix pages are shared only among requests of equal salt
 * @param priority lower runs first
 * @param deadlineUnixMillis when the answer is of no more use; 0: never
 * @param echoPromptLogprobs whether log-probabilities of the prompt's tokens are reported
 * @param freshFrom tokens of the prompt from here on were computed for this request by another
 *     rank: found in the cache, they do not count as cached
 * @param resumedTokens how many of the prompt's last tokens another rank drew for this answer
 *     before it failed: seed and penalties take them as drawn, so the answer goes on as it would
 *     have there
 */
public record GenerationRequest(
    String id,
    int[] prompt,
    int maxTokens,
    SamplingParams sampling,
    Set<Integer> stopTokens,
    byte[] cacheSalt,
    int priority,
    long deadlineUnixMillis,
    boolean echoPromptLogprobs,
    int freshFrom,
    int resumedTokens) {

  /** Nothing was computed elsewhere. */
  public static final int ALL_HERE = Integer.MAX_VALUE;

  private static final byte[] NO_SALT = {};

  /** A request of ordinary priority, without salt, deadline or echo. */
  public GenerationRequest(
      String id, int[] prompt, int maxTokens, SamplingParams sampling, Set<Integer> stopTokens) {
    this(id, prompt, maxTokens, sampling, stopTokens, NO_SALT, 0, 0, false, ALL_HERE, 0);
  }
}
