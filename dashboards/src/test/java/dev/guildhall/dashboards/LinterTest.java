package dev.guildhall.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinterTest {
  private static final Path RUNBOOKS =
      Path.of(System.getProperty("guildhall.root"), "dashboards", "runbooks");
  private final List<String> recorded = Rules.recordings().stream().map(Recording::name).toList();
  private final ExpressionCheck check = new ExpressionCheck(MetricCatalog.ofProcesses(), recorded);

  @Test
  void dashboardsAreClean() {
    assertThat(Generated.dashboards())
        .hasSize(3)
        .allSatisfy(d -> assertThat(Linter.dashboard(d, check)).isEmpty());
  }

  @Test
  void rulesAreClean() {
    assertThat(Rules.alerts())
        .isNotEmpty()
        .allSatisfy(a -> assertThat(Linter.alert(a, check)).isEmpty());
    assertThat(Rules.recordings())
        .allSatisfy(r -> assertThat(Linter.recording(r, check)).isEmpty());
    assertThat(Rules.alerts().stream().map(Alert::name)).doesNotHaveDuplicates();
    assertThat(recorded).doesNotHaveDuplicates();
  }

  @Test
  void everyAlertHasARunbookAndEveryRunbookAnAlert() throws Exception {
    try (var files = Files.list(RUNBOOKS)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Rules.alerts().stream().map(a -> a.name() + ".md").toList());
    }
    for (var alert : Rules.alerts()) {
      assertThat(RUNBOOKS.resolve(alert.name() + ".md"))
          .content()
          .startsWith("# " + alert.name())
          .contains("## Meaning", "## What to do");
    }
  }

  @Test
  void dashboardsCannotBeEditedAndChooseTheirDataSource() throws Exception {
    for (var dashboard : Generated.dashboards()) {
      var json = new ObjectMapper().readTree(GrafanaJson.write(dashboard));
      assertThat(json.path("editable").asBoolean(true)).isFalse();
      assertThat(json.at("/templating/list/0/type").asText()).isEqualTo("datasource");
      assertThat(
              json.findValues("datasource").stream()
                  .filter(d -> d.has("uid"))
                  .map(d -> d.path("uid").asText()))
          .isNotEmpty()
          .containsOnly("${datasource}");
    }
  }

  @Test
  void anUnknownMetricCannotBeDrawn() {
    var panel =
        Panel.lines(
            "Heat",
            Units.COUNT,
            "How warm the room with the nodes is.",
            Target.of("guildhall_room_temperature", "room"));
    var dashboard =
        new Dashboard("guildhall-x", "X", "", List.of(), List.of(Dashboard.Row.of("r", panel)));
    assertThatThrownBy(() -> Linter.dashboard(dashboard, check))
        .isInstanceOf(UnknownMetricException.class)
        .hasMessageContaining("guildhall_room_temperature");
  }

  @Test
  void aHistogramIsNotASeries() {
    assertThatThrownBy(() -> check.problems("guildhall_request_queue_time_seconds"))
        .isInstanceOf(UnknownMetricException.class);
  }

  @Test
  void anUnknownLabelIsFound() {
    assertThat(check.problems("sum by (tenant) (guildhall_ledger_gpus{flavour=\"x\"})"))
        .hasSize(2)
        .anyMatch(p -> p.contains("no label flavour"))
        .anyMatch(p -> p.contains("groups by tenant"));
  }

  @Test
  void aPanelWithoutSentenceUnitLegendOrRateIntervalIsFound() {
    var panel =
        Panel.lines("P", "", "short", Target.of("rate(guildhall_num_preemptions_total[5m])", ""));
    var dashboard =
        new Dashboard(
            "x",
            "X",
            "",
            List.of(new Variable("v", "guildhall_ledger_gpus", "pool")),
            List.of(Dashboard.Row.of("r", panel)));
    assertThat(Linter.dashboard(dashboard, check)).hasSize(6);
  }
}
