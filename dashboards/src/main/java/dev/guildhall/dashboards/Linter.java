package dev.guildhall.dashboards;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Rules of style for dashboards and alerts, beyond what the types enforce. Every finding is a
 * sentence.
 */
final class Linter {
  private static final int TITLE = 60;

  private Linter() {}

  static List<String> dashboard(Dashboard dashboard, ExpressionCheck check) {
    var findings = new ArrayList<String>();
    if (!dashboard.uid().matches("guildhall-[a-z]+")) {
      findings.add("the uid of a dashboard is guildhall-NAME: " + dashboard.uid());
    }
    Set<String> titles = new HashSet<>();
    for (var panel : dashboard.panels()) {
      var where = dashboard.uid() + " / " + panel.title();
      if (!titles.add(panel.title())) {
        findings.add("two panels have one title: " + where);
      }
      if (panel.title().isBlank() || panel.title().length() > TITLE) {
        findings.add("a title has 1 to %d characters: %s".formatted(TITLE, where));
      }
      if (!panel.description().endsWith(".") || panel.description().length() < 20) {
        findings.add("a description is a sentence: " + where);
      }
      if (panel.unit().isBlank()) {
        findings.add("a panel has a unit: " + where);
      }
      if (panel.targets().isEmpty()) {
        findings.add("a panel has a query: " + where);
      }
      for (var target : panel.targets()) {
        if (target.promql().contains("rate(") && !target.promql().contains("[$__rate_interval]")) {
          findings.add("rates are taken over $__rate_interval: " + where);
        }
        if (target.legend().isBlank()) {
          findings.add("a query has a legend: " + where);
        }
        check.problems(target.promql()).forEach(p -> findings.add(where + ": " + p));
      }
    }
    for (var variable : dashboard.variables()) {
      if (dashboard.panels().stream()
          .flatMap(p -> p.targets().stream())
          .noneMatch(t -> t.promql().contains("$" + variable.name()))) {
        findings.add(
            "no query uses the variable %s of %s".formatted(variable.name(), dashboard.uid()));
      }
    }
    return findings;
  }

  static List<String> alert(Alert alert, ExpressionCheck check) {
    var findings = new ArrayList<String>();
    if (!alert.name().matches("Guildhall([A-Z][a-z]+)+")) {
      findings.add("the name of an alert is GuildhallCamelCase: " + alert.name());
    }
    if (alert.summary().isBlank() || alert.summary().endsWith(".")) {
      findings.add("a summary is a line without a full stop: " + alert.name());
    }
    if (!alert.description().endsWith(".")) {
      findings.add("a description is a sentence: " + alert.name());
    }
    check.problems(alert.promql()).forEach(p -> findings.add(alert.name() + ": " + p));
    return findings;
  }

  static List<String> recording(Recording rule, ExpressionCheck check) {
    var findings = new ArrayList<>(check.problems(rule.promql()));
    if (!rule.name().matches("guildhall:[a-z_]+:[a-z0-9_]+")) {
      findings.add("the name of a recording rule is guildhall:metric:operation: " + rule.name());
    }
    return findings;
  }
}
