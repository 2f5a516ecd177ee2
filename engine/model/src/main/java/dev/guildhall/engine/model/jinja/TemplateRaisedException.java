package dev.guildhall.engine.model.jinja;

/** The template called {@code raise_exception}: it refuses its input. The message is its own. */
public final class TemplateRaisedException extends TemplateException {
  private static final long serialVersionUID = 1L;

  TemplateRaisedException(String message) {
    super(message);
  }
}
