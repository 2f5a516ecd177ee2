package dev.guildhall.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps from the terminal what libraries log though nothing is wrong. */
final class LibraryLogs {

  /** It warns of every resource of a version such as v1alpha1, which ours are. */
  private static final Logger VERSIONS =
      Logger.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils");

  /** It tells where it found its native library. */
  private static final Logger TOKENIZER = Logger.getLogger("ai.djl");

  /** It finds a busy machine worth a stack trace. */
  private static final Logger SLOW_MACHINE =
      Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");

  private LibraryLogs() {}

  /** The loggers are held in fields: java.util.logging forgets the level of one that nobody has. */
  static void quieten() {
    VERSIONS.setLevel(Level.SEVERE);
    SLOW_MACHINE.setLevel(Level.SEVERE);
    TOKENIZER.setLevel(Level.WARNING);
  }
}
