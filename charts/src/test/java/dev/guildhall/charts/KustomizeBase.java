package dev.guildhall.charts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The kustomize base: what the charts render with their defaults, without what only Helm means. */
final class KustomizeBase {
  private static final ObjectMapper WRITER =
      new ObjectMapper(
          new YAMLFactory()
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .disable(YAMLGenerator.Feature.SPLIT_LINES));

  private KustomizeBase() {}

  static String yaml(List<JsonNode> objects) throws JsonProcessingException {
    var text = new StringBuilder("# Rendered from charts/ by the build; do not edit.\n");
    for (var object : objects) {
      var copy = object.deepCopy();
      if (copy.at("/metadata/labels") instanceof ObjectNode labels) {
        labels.remove(List.of("helm.sh/chart", "app.kubernetes.io/managed-by"));
      }
      if (copy.at("/metadata/annotations") instanceof ObjectNode annotations) {
        annotations.remove("helm.sh/resource-policy");
      }
      text.append(WRITER.writeValueAsString(copy));
    }
    return text.toString();
  }

  /**
   * A kustomization of all resource types: kustomize reads no file outside its folders, so theirs
   * has one.
   */
  static String listing(Path folder) throws IOException {
    var text =
        new StringBuilder(
            "# Made from the files in templates/ by the build; do not edit.\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n");
    try (var files = Files.list(folder)) {
      var names =
          files
              .map(f -> f.getFileName().toString())
              .filter(f -> f.endsWith(".yaml"))
              .sorted()
              .toList();
      text.append(names.isEmpty() ? "resources: []\n" : "resources:\n");
      names.forEach(n -> text.append("  - templates/").append(n).append('\n'));
    }
    return text.toString();
  }
}
