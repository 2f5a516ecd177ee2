package dev.guildhall.planner.plan;

import java.util.Locale;

/** Sizes for people, in decimal units. */
final class Bytes {

  private Bytes() {}

  static String text(long bytes) {
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
