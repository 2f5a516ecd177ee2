package dev.guildhall.planner.cost;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a GPU does at an instant, as the operator reports it. On the wire the name is in lower case.
 */
public enum GpuState {
  WAITING("overhead"),
  LOADING("overhead"),
  WARMING("overhead"),
  SERVING("reserved"),
  DRAINING("overhead"),
  DEGRADED("overhead"),
  FAILED("overhead"),
  RECOVERING("overhead"),
  TRAINING("training"),
  CHECKPOINTING("training"),
  SPARE("platform"),
  IDLE("idle");

  private final String kind;

  GpuState(String kind) {
    this.kind = kind;
  }

  /** The coarse kind of cost that time in this state is when no request used it. */
  String kind() {
    return kind;
  }

  /** Whether requests may compute in this state: their busy time is taken out of it. */
  boolean carriesRequests() {
    return this == SERVING || this == DRAINING || this == DEGRADED;
  }

  /** The name on the wire. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Finds a state by its name on the wire. */
  public static Optional<GpuState> ofWireName(String name) {
    return Arrays.stream(values()).filter(state -> state.wireName().equals(name)).findFirst();
  }

  /** All names on the wire, for error messages. */
  public static String wireNames() {
    return Arrays.stream(values()).map(GpuState::wireName).collect(Collectors.joining(", "));
  }
}
