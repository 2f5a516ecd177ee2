package dev.guildhall.charts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One of the two charts, rendered by the real Helm engine in this process: no Helm command is
 * needed.
 *
 * @param folder the chart's folder
 */
public record Chart(Path folder) {
  static final String NAMESPACE = "guildhall-system";

  /** Helm would otherwise assume a release of years ago. */
  static final String KUBERNETES = "v1.34.0";

  static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /**
   * The chart of this name in a checkout.
   *
   * @param root the checkout's root
   * @param name {@code guildhall} or {@code guildhall-crds}
   */
  public static Chart of(Path root, String name) {
    return new Chart(root.resolve("charts").resolve(name));
  }

  /**
   * The objects that the chart creates with these values files, in Helm's order.
   *
   * @throws RuntimeException with Helm's message when a value is refused or a template fails
   */
  public List<JsonNode> render(Path... valuesFiles) {
    var command =
        new Helm(folder)
            .template()
            .withName("guildhall")
            .withNamespace(NAMESPACE)
            .withKubeVersion(KUBERNETES);
    for (var file : valuesFiles) {
      command.withValuesFile(file);
    }
    var rendered = command.call();
    return rendered == null ? List.of() : parse(rendered);
  }

  /** The non-empty documents of a YAML stream. */
  public static List<JsonNode> parse(String yaml) {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      return documents.readAll().stream().filter(JsonNode::isObject).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("not YAML: " + e.getMessage(), e);
    }
  }
}
