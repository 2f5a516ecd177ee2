package dev.guildhall.dashboards;

import java.util.Collection;

/** An expression names a series that no process exposes and no rule records. */
public final class UnknownMetricException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnknownMetricException(String name, Collection<String> known) {
    super("no process exposes %s; known are %s".formatted(name, String.join(", ", known)));
  }
}
