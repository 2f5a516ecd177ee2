package dev.guildhall.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DerivedTest {
  private static final Path ROOT = Path.of(System.getProperty("guildhall.root"));

  /** With the system property {@code guildhall.update}, as .ci/update sets it, writes first. */
  @Test
  void dashboardsRulesAndTheMetricsPageAreUpToDate() throws Exception {
    for (var file : Generated.files().entrySet()) {
      var path = ROOT.resolve(file.getKey());
      if (System.getProperty("guildhall.update") != null) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      assertThat(path)
          .as("out of date: run .ci/update")
          .exists()
          .content()
          .isEqualTo(file.getValue());
    }
  }

  @Test
  void noOtherDashboardLiesAround() throws Exception {
    try (var files = Files.list(ROOT.resolve("dashboards/grafana"))) {
      assertThat(files.map(f -> ROOT.relativize(f))).isSubsetOf(Generated.files().keySet());
    }
  }
}
