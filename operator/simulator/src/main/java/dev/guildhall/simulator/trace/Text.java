package dev.guildhall.simulator.trace;

/** Bounds on what a line may say. */
final class Text {

  /** No model takes longer contexts; a larger number is a broken file. */
  static final int MOST_TOKENS = 10_000_000;

  private Text() {}

  static int tokens(String name, long value) {
    if (value < 0 || value > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "%s is %d, but must lie between 0 and %d".formatted(name, value, MOST_TOKENS));
    }
    return (int) value;
  }

  static String brief(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
