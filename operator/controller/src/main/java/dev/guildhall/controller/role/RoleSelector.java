package dev.guildhall.controller.role;

import dev.guildhall.crds.GuildhallApi;
import dev.guildhall.crds.ServingRole;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What selects the rank pods of all groups of a role. */
final class RoleSelector {

  private RoleSelector() {}

  static Map<String, String> of(ServingRole role) {
    return new TreeMap<>(
        Map.of(
            GuildhallApi.DEPLOYMENT_LABEL,
            role.getSpec().deployment(),
            GuildhallApi.ROLE_LABEL,
            role.getSpec().role()));
  }

  /** As the scale subresource wants it. */
  static String text(ServingRole role) {
    return of(role).entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(","));
  }
}
