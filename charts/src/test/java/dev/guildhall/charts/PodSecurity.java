package dev.guildhall.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The {@code restricted} level of the Pod Security Standards as rules over a pod's spec. */
final class PodSecurity {
  private static final Set<String> VOLUMES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "image",
          "persistentVolumeClaim",
          "projected",
          "secret");

  private PodSecurity() {}

  /** What the level forbids in this pod, each with the path of its field. */
  static List<String> violations(JsonNode pod) {
    var found = new ArrayList<String>();
    for (var field : List.of("hostNetwork", "hostPID", "hostIPC")) {
      if (pod.path(field).asBoolean()) {
        found.add(field);
      }
    }
    for (var volume : pod.path("volumes")) {
      volume
          .fieldNames()
          .forEachRemaining(
              f -> {
                if (!f.equals("name") && !VOLUMES.contains(f)) {
                  found.add("volumes[" + volume.path("name").asText() + "]." + f);
                }
              });
    }
    for (var list : List.of("initContainers", "containers")) {
      for (var container : pod.path(list)) {
        container(
            pod.path("securityContext"),
            container,
            list + "[" + container.path("name").asText() + "]",
            found);
      }
    }
    return found;
  }

  private static void container(JsonNode pod, JsonNode container, String path, List<String> found) {
    var own = container.path("securityContext");
    if (own.path("privileged").asBoolean()) {
      found.add(path + ".privileged");
    }
    if (own.path("allowPrivilegeEscalation").asBoolean(true)) {
      found.add(path + ".allowPrivilegeEscalation");
    }
    if (!own.path("runAsNonRoot").asBoolean(pod.path("runAsNonRoot").asBoolean(false))) {
      found.add(path + ".runAsNonRoot");
    }
    if (own.path("runAsUser").asInt(pod.path("runAsUser").asInt(1)) == 0) {
      found.add(path + ".runAsUser");
    }
    var drops = own.at("/capabilities/drop");
    if (drops.size() != 1 || !drops.get(0).asText().equals("ALL")) {
      found.add(path + ".capabilities.drop");
    }
    for (var added : own.at("/capabilities/add")) {
      if (!added.asText().equals("NET_BIND_SERVICE")) {
        found.add(path + ".capabilities.add " + added.asText());
      }
    }
    var seccomp = own.at("/seccompProfile/type").asText(pod.at("/seccompProfile/type").asText());
    if (!Set.of("RuntimeDefault", "Localhost").contains(seccomp)) {
      found.add(path + ".seccompProfile");
    }
    for (var port : container.path("ports")) {
      if (port.path("hostPort").asInt() != 0) {
        found.add(path + ".hostPort");
      }
    }
  }
}
