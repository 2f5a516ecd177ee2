package dev.guildhall.ledger.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.ledger.metrics.LedgerMetrics.Definition;
import dev.guildhall.ledger.metrics.LedgerMetrics.Type;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LedgerMetricsTest {

  @ParameterizedTest
  @MethodSource("all")
  void namesFollowPrometheusConventions(Definition metric) {
    assertThat(metric.name()).matches("guildhall_ledger_[a-z_]+[a-z]");
    assertThat(metric.name().endsWith("_total")).isEqualTo(metric.type() == Type.COUNTER);
    assertThat(metric.help()).endsWith(".");
    if (metric.unit().equals("seconds")) {
      assertThat(metric.name()).contains("_seconds");
    }
  }

  static Iterable<Definition> all() {
    return LedgerMetrics.ALL;
  }
}
