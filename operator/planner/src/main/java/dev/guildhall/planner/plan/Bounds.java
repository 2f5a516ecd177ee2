package dev.guildhall.planner.plan;

/** Refuses sizes that no model has, naming the field of config.json. */
final class Bounds {

  private Bounds() {}

  static void check(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidModelException(
          "config.json: %s is %d, but must lie between %d and %d"
              .formatted(field, value, least, most));
    }
  }
}
