package dev.guildhall.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every expression of dashboards and rules, evaluated by a real Prometheus that scraped the real
 * processes while requests ran.
 */
@Tag("cluster")
class StackClusterTest {
  private static final int ROUNDS = 120;
  private static final Path RULES =
      Path.of(System.getProperty("guildhall.root"), "dashboards", "rules.yaml").toAbsolutePath();

  @TempDir static Path folder;
  private static Stack stack;
  private static Prometheus prometheus;

  @BeforeAll
  static void start() throws Exception {
    stack = new Stack(folder);
    stack.start();
    prometheus = new Prometheus(folder, RULES, stack.targets());
    // Until every expression has a result, or for so many requests; what is still empty then fails
    // its own test.
    for (int round = 0; round < ROUNDS && !missing().isEmpty(); round++) {
      stack.request();
      TimeUnit.SECONDS.sleep(1);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (prometheus != null) {
      prometheus.close();
    }
    stack.close();
  }

  @TestFactory
  Stream<DynamicTest> hasAResult() {
    return expected().entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(),
                    () ->
                        assertThat(prometheus.query(e.getValue())).as(e.getValue()).isNotEmpty()));
  }

  @TestFactory
  Stream<DynamicTest> canBeEvaluated() {
    var all = new LinkedHashMap<String, String>();
    Generated.dashboards()
        .forEach(
            d ->
                d.panels()
                    .forEach(
                        p ->
                            p.targets()
                                .forEach(
                                    t ->
                                        all.put(
                                            p.title() + ": " + t.promql(), concrete(t.promql())))));
    Rules.alerts().forEach(a -> all.put(a.name(), a.promql()));
    return all.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> prometheus.query(e.getValue())));
  }

  @Test
  void prometheusLoadsEveryRuleAndFindsNoFault() throws Exception {
    var names = new TreeSet<String>();
    for (var group : prometheus.rules()) {
      for (var rule : group.path("rules")) {
        names.add(rule.path("name").asText());
        assertThat(rule.path("health").asText()).as(rule.toString()).isEqualTo("ok");
      }
    }
    var expected = new TreeSet<String>();
    Rules.alerts().forEach(a -> expected.add(a.name()));
    Rules.recordings().forEach(r -> expected.add(r.name()));
    assertThat(names).isEqualTo(expected);
  }

  @Test
  void promtoolAcceptsTheRules() throws Exception {
    var check =
        new ProcessBuilder(Prometheus.program("promtool"), "check", "rules", RULES.toString())
            .redirectErrorStream(true)
            .start();
    var said =
        new String(check.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(check.waitFor()).as(said).isZero();
  }

  @Test
  void aHealthyStackRaisesNoCriticalAlert() throws Exception {
    assertThat(prometheus.query("ALERTS{severity=\"critical\", alertstate=\"firing\"}")).isEmpty();
  }

  private static Map<String, String> missing() throws Exception {
    var missing = new LinkedHashMap<String, String>();
    for (var entry : expected().entrySet()) {
      if (prometheus.query(entry.getValue()).isEmpty()) {
        missing.put(entry.getKey(), entry.getValue());
      }
    }
    return missing;
  }

  /**
   * What must have a result while all is well: panels that are not about trouble, recordings, and
   * the number that each alert watches.
   */
  private static Map<String, String> expected() {
    var expected = new LinkedHashMap<String, String>();
    for (var dashboard : Generated.dashboards()) {
      for (var panel : dashboard.panels()) {
        for (var target : panel.targets()) {
          if (!target.emptyWhenHealthy()) {
            expected.put(
                "%s / %s / %s".formatted(dashboard.title(), panel.title(), target.legend()),
                concrete(target.promql()));
          }
        }
      }
    }
    Rules.recordings().forEach(r -> expected.put(r.name(), r.name()));
    Rules.alerts().stream()
        .filter(a -> !a.rareEvent())
        .forEach(a -> expected.put(a.name(), a.value()));
    return expected;
  }

  /** As Grafana would send it with all values chosen. */
  private static String concrete(String promql) {
    return promql
        .replace("$__rate_interval", "1m")
        .replaceAll("\\$(model|deployment|pool|tenant)\\b", ".*");
  }
}
