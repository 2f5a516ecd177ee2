package dev.guildhall.engine.model;

/** A value of {@code config.json} is missing, out of range or of a kind that is not supported. */
public final class InvalidConfigException extends ModelException {
  private static final long serialVersionUID = 1L;

  /**
   * Names the field.
   *
   * @param field dotted path in the file, such as {@code rope_scaling.factor}
   */
  public InvalidConfigException(String field, String problem) {
    super("config.json: " + field + ": " + problem);
  }
}
