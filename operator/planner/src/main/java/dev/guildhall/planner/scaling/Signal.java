package dev.guildhall.planner.scaling;

/** What can ask for groups. */
public enum Signal {
  /** Queued and arriving prompt tokens ÷ measured rate. */
  TOKENS("queued and arriving tokens ÷ measured rate"),
  /** First tokens come late although the rate suffices. */
  FIRST_TOKEN("time to first token"),
  /**
   * Output tokens drawn ÷ what a group draws once answers fill its latent cache, and answers that
   * wait for cache.
   */
  CACHE("output tokens ÷ rate with a full latent cache"),
  /** Time per output token that running answers would have. */
  TOKEN_TIME("time per output token"),
  /** The same, where no number of groups reaches the target. */
  TOKEN_TIME_OUT_OF_REACH("time per output token (out of reach of this layout)"),
  /** No signal asks for anything. */
  NONE("nothing");

  private final String text;

  Signal(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
