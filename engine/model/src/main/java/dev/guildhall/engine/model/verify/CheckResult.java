package dev.guildhall.engine.model.verify;

/**
 * One comparison.
 *
 * @param check what was compared, named as in the folder
 * @param kind what {@code difference} means
 * @param difference largest difference found
 * @param allowed largest difference that is allowed
 * @param values how many values were compared
 * @param note what else is worth knowing; empty if nothing
 */
public record CheckResult(
    String check, Kind kind, double difference, double allowed, long values, String note) {

  /** Meaning of a difference. */
  public enum Kind {
    /** Largest |difference| divided by the largest |expected| of the tensor. */
    RELATIVE,
    /** Largest |difference|. */
    ABSOLUTE,
    /** Number of values that differ. */
    COUNT
  }

  /** Whether the difference is a number within what is allowed. */
  public boolean holds() {
    return difference <= allowed;
  }
}
