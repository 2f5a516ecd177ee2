package dev.guildhall.ledger.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a label from growing without end: values beyond a number become {@code other}. */
final class BoundedLabel {
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final int most;

  BoundedLabel(int most) {
    this.most = most;
  }

  String of(String value) {
    if (seen.contains(value)) {
      return value;
    }
    synchronized (seen) {
      return seen.size() < most && seen.add(value) ? value : "other";
    }
  }
}
