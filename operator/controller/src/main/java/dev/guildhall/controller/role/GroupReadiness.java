package dev.guildhall.controller.role;

import java.time.Duration;

/** When a group counts as serving. */
public final class GroupReadiness {

  /**
   * How long a ready group is given to be found by the gateway, which looks once a second and asks
   * name servers.
   */
  public static final Duration SETTLES = Duration.ofSeconds(10);

  private GroupReadiness() {}
}
