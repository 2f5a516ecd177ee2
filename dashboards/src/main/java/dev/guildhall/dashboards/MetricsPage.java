package dev.guildhall.dashboards;

import java.util.Locale;

/** The reference page of all metrics. */
final class MetricsPage {
  private MetricsPage() {}

  static String markdown(MetricCatalog catalog) {
    var page =
        new StringBuilder(
            """
            # Metrics

            Every process shows its metrics on port 9090 at `/metrics`. Generated from the metric registries: run `.ci/update` after a change.

            | metric | type | unit | labels | meaning |
            | --- | --- | --- | --- | --- |
            """);
    for (var metric : catalog.metrics()) {
      page.append(
          "| `%s` | %s | %s | %s | %s |%n"
              .formatted(
                  metric.name(),
                  metric.type().name().toLowerCase(Locale.ROOT),
                  metric.unit().isEmpty() ? "1" : metric.unit(),
                  String.join(", ", metric.labels()),
                  metric.help().replace("|", "\\|")));
    }
    return page.toString();
  }
}
