package dev.guildhall.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/** The checkout under test and what its charts render with the values files of src/test/values. */
final class Checkout {
  static final Path ROOT = Path.of(System.getProperty("guildhall.root")).toAbsolutePath();
  static final List<String> VALUES = List.of("default", "minimal", "ha", "postgresql", "all-on");

  private Checkout() {}

  static List<JsonNode> render(String values) {
    var chart = Chart.of(ROOT, "guildhall");
    return values.equals("default")
        ? chart.render()
        : chart.render(ROOT.resolve("charts/src/test/values/" + values + ".yaml"));
  }

  static List<JsonNode> ofKind(List<JsonNode> objects, String kind) {
    return objects.stream().filter(o -> o.path("kind").asText().equals(kind)).toList();
  }

  /** Objects with a pod template. */
  static List<JsonNode> workloads(List<JsonNode> objects) {
    return objects.stream().filter(o -> o.at("/spec/template/spec/containers").isArray()).toList();
  }

  static String name(JsonNode object) {
    return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
  }
}
