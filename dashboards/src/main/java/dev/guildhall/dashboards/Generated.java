package dev.guildhall.dashboards;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files that this module generates, by their path in the checkout. {@code .ci/update} writes
 * them.
 */
final class Generated {
  private Generated() {}

  static List<Dashboard> dashboards() {
    return List.of(
        ServingDashboard.dashboard(), MoneyDashboard.dashboard(), OperatorDashboard.dashboard());
  }

  static SortedMap<Path, String> files() {
    var files = new TreeMap<Path, String>();
    for (var dashboard : dashboards()) {
      files.put(
          Path.of("dashboards", "grafana", dashboard.uid() + ".json"),
          GrafanaJson.write(dashboard));
    }
    files.put(Path.of("dashboards", "rules.yaml"), Rules.yaml());
    files.put(Path.of("docs", "metrics.md"), MetricsPage.markdown(MetricCatalog.ofProcesses()));
    return files;
  }
}
