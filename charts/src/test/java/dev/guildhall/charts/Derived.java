package dev.guildhall.charts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every committed file under charts/ and manifests/ that is derived from another one. {@code
 * .ci/update} writes them, a test fails when one is out of date.
 */
final class Derived {
  private static final String BEGIN = "<!-- values -->\n";
  private static final String END = "<!-- /values -->\n";

  private final Path root;

  Derived(Path root) {
    this.root = root;
  }

  /** Files inside the chart, which rendering reads. */
  SortedMap<Path, String> copies() throws IOException {
    var files = new TreeMap<Path, String>();
    var chart = root.resolve("charts/guildhall");
    for (var copy : sources().entrySet()) {
      files.put(chart.resolve("files").resolve(copy.getKey()), Files.readString(copy.getValue()));
    }
    var readme = chart.resolve("README.md");
    var text = Files.readString(readme);
    var table = ValuesTable.markdown(Files.readString(chart.resolve("values.yaml")));
    files.put(
        readme,
        text.substring(0, text.indexOf(BEGIN) + BEGIN.length())
            + table
            + text.substring(text.indexOf(END)));
    return files;
  }

  /** Files made by rendering the charts. */
  SortedMap<Path, String> rendered() throws IOException {
    var base = root.resolve("manifests/base");
    var files = new TreeMap<Path, String>();
    var crds = root.resolve("charts/guildhall-crds");
    files.put(crds.resolve("kustomization.yaml"), KustomizeBase.listing(crds.resolve("templates")));
    files.put(
        base.resolve("guildhall.yaml"), KustomizeBase.yaml(Chart.of(root, "guildhall").render()));
    return files;
  }

  private Map<String, Path> sources() throws IOException {
    var sources = new LinkedHashMap<String, Path>();
    putIfThere(sources, "operator-rbac.yaml", "operator/controller/src/main/kubernetes/rbac.yaml");
    putIfThere(sources, "rules.yaml", "dashboards/rules.yaml");
    var dashboards = root.resolve("dashboards/grafana");
    if (Files.isDirectory(dashboards)) {
      try (var list = Files.list(dashboards)) {
        list.filter(f -> f.toString().endsWith(".json"))
            .sorted()
            .forEach(f -> sources.put("dashboards/" + f.getFileName(), f));
      }
    }
    return sources;
  }

  private void putIfThere(Map<String, Path> sources, String name, String path) {
    if (Files.exists(root.resolve(path))) {
      sources.put(name, root.resolve(path));
    }
  }
}
