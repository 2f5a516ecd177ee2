package dev.guildhall.gateway.engine;

import java.util.List;

/** Where an answer goes. Called by one thread; a method may throw {@link ClientGoneException}. */
public interface Sink {

  /**
   * The prompt's own tokens, when they were asked for; at most once per choice and before its text.
   */
  void prompt(int choice, List<Token> tokens);

  /**
   * More text of a choice.
   *
   * @param tokens those whose text begins in it, when log-probabilities were asked for
   */
  void delta(int choice, String text, List<Token> tokens);

  /**
   * A choice is complete.
   *
   * @param reason {@code stop} or {@code length}
   */
  void finish(int choice, String reason);

  /** Nothing has happened for a while. */
  void heartbeat();

  /** Whether some of the answer has left. */
  boolean delivered();
}
