package dev.guildhall.cli.up;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Status conditions of a resource, for a person who waits. */
record Conditions(List<Condition> all, boolean current) {

  /** One condition as it stands. */
  record Condition(String type, String status, String reason, String message) {}

  /** Those of a resource; none if it is not there. */
  static Conditions of(GenericKubernetesResource resource) {
    List<Condition> all = new ArrayList<>();
    if (resource == null || !(resource.get("status", "conditions") instanceof List<?> list)) {
      return new Conditions(all, false);
    }
    for (Object each : list) {
      if (each instanceof Map<?, ?> map) {
        all.add(
            new Condition(
                text(map, "type"), text(map, "status"), text(map, "reason"), text(map, "message")));
      }
    }
    Object observed = resource.get("status", "observedGeneration");
    long generation = resource.getMetadata().getGeneration();
    return new Conditions(
        all, !(observed instanceof Number number) || number.longValue() >= generation);
  }

  /** Whether Ready is true for the present spec. */
  boolean ready() {
    return current
        && all.stream().anyMatch(c -> c.type().equals("Ready") && c.status().equals("True"));
  }

  /** What stalls it, or what Ready waits for. */
  String summary() {
    return all.stream()
        .filter(c -> c.type().equals("Stalled") && c.status().equals("True"))
        .findFirst()
        .or(() -> all.stream().filter(c -> c.type().equals("Ready")).findFirst())
        .map(c -> "%s=%s %s: %s".formatted(c.type(), c.status(), c.reason(), c.message()))
        .orElse("no status yet: the operator has not seen it");
  }

  private static String text(Map<?, ?> map, String key) {
    Object value = map.get(key);
    return value == null ? "" : value.toString();
  }
}
