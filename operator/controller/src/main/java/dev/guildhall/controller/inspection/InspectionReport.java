package dev.guildhall.controller.inspection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** How far an inspection Job is, read from the last words of its pod. */
sealed interface InspectionReport {

  /**
   * It has not finished, or its pod is gone: then the Job goes too when its time to live ends, and
   * another looks again.
   */
  record Running() implements InspectionReport {}

  /** The folder holds no model. */
  record Failed(String message) implements InspectionReport {}

  /** What it found. */
  record Found(Map<String, String> data) implements InspectionReport {}

  ObjectMapper JSON = new ObjectMapper();

  static InspectionReport of(Job job, KubernetesClient client) {
    if (!isTrue(job, "Complete") && !isTrue(job, "Failed")) {
      return new Running();
    }
    return client
        .pods()
        .inNamespace(job.getMetadata().getNamespace())
        .withLabel("batch.kubernetes.io/job-name", job.getMetadata().getName())
        .list()
        .getItems()
        .stream()
        .map(InspectionReport::lastWords)
        .flatMap(Optional::stream)
        .findFirst()
        .map(InspectionReport::parse)
        .orElse(new Running());
  }

  private static boolean isTrue(Job job, String type) {
    return job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals(type) && c.getStatus().equals("True"));
  }

  private static Optional<String> lastWords(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .map(container -> container.getState().getTerminated())
        .filter(Objects::nonNull)
        .map(ContainerStateTerminated::getMessage)
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static InspectionReport parse(String words) {
    try {
      var json = JSON.readTree(words);
      if (json.path("error").isTextual()) {
        return new Failed(json.path("error").asText());
      }
      return found(json);
    } catch (JsonProcessingException e) {
      return new Failed("the inspection ended with: " + words.strip());
    }
  }

  private static InspectionReport found(JsonNode json) {
    return json.path("digest").isTextual() && json.path("config").isObject()
        ? new Found(
            Map.of(
                "digest",
                json.path("digest").asText(),
                "config.json",
                json.path("config").toString()))
        : new Failed("the inspection's report has no digest or no config");
  }
}
