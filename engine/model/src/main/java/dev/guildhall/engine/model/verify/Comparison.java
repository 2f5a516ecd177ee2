package dev.guildhall.engine.model.verify;

import dev.guildhall.engine.model.verify.CheckResult.Kind;

/** Compares values with what was expected. */
final class Comparison {
  /** Of float32 tensors such as logits and states, relative to the largest expected value. */
  static final double TENSOR = 2e-4;

  /** Of router weights. */
  static final double ROUTER = 1e-5;

  /** Of losses, relative. */
  static final double LOSS = 1e-4;

  private Comparison() {}

  static CheckResult tensor(String check, float[] actual, float[] expected) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    double difference = difference(actual, expected) / (largest == 0 ? 1 : largest);
    return new CheckResult(check, Kind.RELATIVE, difference, TENSOR, expected.length, "");
  }

  static CheckResult absolute(String check, float[] actual, float[] expected, double allowed) {
    double difference = difference(actual, expected);
    return new CheckResult(check, Kind.ABSOLUTE, difference, allowed, expected.length, "");
  }

  static CheckResult loss(String check, double actual, double expected, String note) {
    double difference = Math.abs(actual - expected) / Math.abs(expected);
    return new CheckResult(check, Kind.RELATIVE, difference, LOSS, 1, note);
  }

  static CheckResult equal(String check, int[] actual, int[] expected) {
    long different = Math.abs(actual.length - expected.length);
    String note = different == 0 ? "" : actual.length + " values, not " + expected.length;
    for (int i = 0; i < Math.min(actual.length, expected.length); i++) {
      if (actual[i] != expected[i]) {
        note = note.isEmpty() ? "first at " + i + ": " + actual[i] + ", not " + expected[i] : note;
        different++;
      }
    }
    return new CheckResult(check, Kind.COUNT, different, 0, expected.length, note);
  }

  static CheckResult holds(String check, boolean holds, String note) {
    return new CheckResult(check, Kind.COUNT, holds ? 0 : 1, 0, 1, note);
  }

  /** NaN, which is within no tolerance, if a length or a value is not comparable. */
  private static double difference(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      return Double.NaN;
    }
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      double one = Math.abs((double) actual[i] - expected[i]);
      if (Double.isNaN(one)) {
        return Double.NaN;
      }
      difference = Math.max(difference, one);
    }
    return difference;
  }
}
