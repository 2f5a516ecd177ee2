package dev.guildhall.engine.model.jinja;

/** What one rendering may use, so that no template can occupy a process. */
final class Budget {
  private static final int MAX_CALLS = 100;

  private final int maxCharacters;
  private int stepsLeft;
  private long charactersLeft;
  private int calls;

  Budget(int maxCharacters, int maxSteps) {
    this.maxCharacters = maxCharacters;
    this.stepsLeft = maxSteps;
    // Strings built on the way: templates append to one string in a loop, which is quadratic.
    this.charactersLeft = 64L * maxCharacters;
  }

  /** Before each iteration, node and call. */
  void step() {
    if (--stepsLeft < 0) {
      throw new TemplateException("the template runs too long");
    }
  }

  /** Before a string of {@code length} characters, or a list of that many items, is made. */
  void size(long length) {
    charactersLeft -= length;
    if (length > maxCharacters || charactersLeft < 0) {
      throw new TemplateException("the template makes more than " + maxCharacters + " characters");
    }
  }

  /** Before {@code more} characters are added to an output that has {@code length}. */
  void output(int length, int more) {
    if ((long) length + more > maxCharacters) {
      throw new TemplateException("the template prints more than " + maxCharacters + " characters");
    }
  }

  void enter() {
    if (++calls > MAX_CALLS) {
      throw new TemplateException("macros call each other too deeply");
    }
  }

  void leave() {
    calls--;
  }
}
