package dev.guildhall.planner.cost;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What rows of a cost report may be grouped by. */
public enum Dimension {
  /** Pool whose bill the row is part of. */
  POOL,
  /** Who used it or, when no request did, who holds it. */
  TENANT,
  /** Model name as API consumers use it. */
  MODEL,
  /** Deployment or run, {@code NAMESPACE/NAME}. */
  DEPLOYMENT,
  /** Role of the group, for instance prefill. */
  ROLE,
  /**
   * What the GPU did: {@code prefill}, {@code decode}, {@code reserved}, or the state that the
   * operator reported.
   */
  STATE,
  /** Coarse kind: serving, reserved, overhead, training, platform, idle, unattributed. */
  KIND,
  /** API key id of the requests. */
  KEY;

  /** The name on the wire. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Finds a dimension by its name on the wire. */
  public static Optional<Dimension> ofWireName(String name) {
    return Arrays.stream(values())
        .filter(dimension -> dimension.wireName().equals(name))
        .findFirst();
  }

  /** All names on the wire, for error messages. */
  public static String wireNames() {
    return Arrays.stream(values()).map(Dimension::wireName).collect(Collectors.joining(", "));
  }
}
