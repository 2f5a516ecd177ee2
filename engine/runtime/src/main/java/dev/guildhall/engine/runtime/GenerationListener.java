package dev.guildhall.engine.runtime;

import java.util.List;

/**
 * Receives one request's events, in order, from the runtime's thread, so it must not block: {@link
 * #computed} any number of times, {@link #started} at most once, then tokens, then {@link
 * #finished} exactly once.
 */
public interface GenerationListener {

  /**
   * More of the prompt is in the cache, and not all of it yet; said again from the beginning where
   * it had to be given up.
   *
   * @param soFar what the request has used
   */
  default void computed(Completion.Usage soFar) {}

  /**
   * The prompt has been read.
   *
   * @param cachedTokens prompt tokens whose pages were reused
   * @param prompt the prompt's tokens with log-probabilities if they were asked for, else empty
   */
  default void started(int cachedTokens, List<SampledToken> prompt) {}

  /** A token was drawn. */
  void token(SampledToken token);

  /** The end; nothing follows. */
  void finished(Completion completion);
}
