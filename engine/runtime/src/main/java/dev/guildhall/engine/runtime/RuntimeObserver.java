package dev.guildhall.engine.runtime;

/** Sees what a runtime does, for metrics. Called from the runtime's thread; must not block. */
public interface RuntimeObserver {

  /** Watches nothing. */
  RuntimeObserver NONE = new RuntimeObserver() {};

  /** A step ended: its token rows and wall time by phase, which add up to the step's. */
  default void stepped(int prefillTokens, int decodeTokens, long prefillNanos, long decodeNanos) {}

  /** A request was given its first pages, {@code queueNanos} after it was submitted. */
  default void admitted(long queueNanos) {}

  /** A lookup in the prefix cache, in tokens. */
  default void prefixLookup(int queriedTokens, int hitTokens) {}

  /** A sequence lost its pages to another and will be recomputed. */
  default void preempted() {}

  /** The first token came {@code nanos} after the request. */
  default void firstToken(long nanos) {}

  /** A later token came {@code nanos} after the one before. */
  default void nextToken(long nanos) {}

  /** A request ended, {@code nanos} after it was submitted. */
  default void finished(Completion completion, long nanos) {}
}
