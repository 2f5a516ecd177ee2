package dev.guildhall.engine.model.jinja;

/** A template is not valid, uses what is not supported, failed on its input or broke a bound. */
public class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong and, where known, in which line. */
  public TemplateException(String message) {
    super(message);
  }

  static TemplateException at(int line, String problem) {
    return new TemplateException("line " + line + ": " + problem);
  }
}
