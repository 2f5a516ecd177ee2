package dev.guildhall.gateway.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Keeps tokens until the text that they begin is shown, so that log-probabilities leave together
 * with their text.
 */
final class TokenTrail {

  private record Waiting(Token token, long start) {}

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long shown;

  /**
   * Adds a token.
   *
   * @param start length of the text before it
   */
  void add(Token token, long start) {
    waiting.add(new Waiting(token, start));
  }

  /** Text was shown: returns the tokens that begin in what has been shown so far. */
  List<Token> show(String text) {
    shown += text.length();
    List<Token> tokens = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.peek().start < shown) {
      tokens.add(waiting.poll().token);
    }
    return tokens;
  }

  /** The text ended by itself: returns the rest. */
  List<Token> rest() {
    List<Token> tokens = waiting.stream().map(Waiting::token).toList();
    waiting.clear();
    return tokens;
  }
}
