package dev.guildhall.dashboards;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Checks that an expression names only series and labels that exist. */
final class ExpressionCheck {
  /**
   * Labels that scraping adds: where the process runs and, for ranks, what the operator wrote on
   * the pod.
   */
  private static final Set<String> SCRAPE_LABELS =
      Set.of(
          "job",
          "instance",
          "namespace",
          "pod",
          "le",
          "guildhall_dev_deployment",
          "guildhall_dev_group");

  private final MetricCatalog catalog;
  private final Collection<String> recorded;

  /**
   * @param recorded names that recording rules define; they carry the labels of their expression
   */
  ExpressionCheck(MetricCatalog catalog, Collection<String> recorded) {
    this.catalog = catalog;
    this.recorded = Set.copyOf(recorded);
  }

  /**
   * What is wrong with it, in sentences; empty when nothing is.
   *
   * @throws UnknownMetricException if it names a series that nobody exposes or records
   */
  List<String> problems(String promql) {
    var problems = new ArrayList<String>();
    var expression = Expression.of(promql);
    if (expression.selectors().isEmpty()) {
      problems.add("names no series: " + promql);
    }
    var known = new ArrayList<>(SCRAPE_LABELS);
    var open = false;
    for (var selector : expression.selectors()) {
      if (selector.series().equals("up")) {
        continue;
      }
      if (recorded.contains(selector.series())) {
        open = true;
        continue;
      }
      var metric = catalog.ofSeries(selector.series());
      known.addAll(metric.labels());
      for (var label : selector.labels()) {
        if (!metric.labels().contains(label) && !SCRAPE_LABELS.contains(label)) {
          problems.add("%s has no label %s: %s".formatted(metric.name(), label, promql));
        }
      }
    }
    for (var label : expression.grouping()) {
      if (!open && !known.contains(label)) {
        problems.add("groups by %s, which none of its series has: %s".formatted(label, promql));
      }
    }
    return problems;
  }
}
