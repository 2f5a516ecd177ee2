package dev.guildhall.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExpressionTest {

  @Test
  void findsSelectorsLabelsAndGrouping() {
    var found =
        Expression.of(
            "sum by (a, b) (rate(x_total{c=~\"y_total{}\", d!=\"1\"}[5m])) / on (a) group_left (e) y:z > 0.5e3 and max without (f) (w) offset 5m");
    assertThat(found.selectors())
        .containsExactly(
            new Expression.Selector("x_total", List.of("c", "d")),
            new Expression.Selector("y:z", List.of()),
            new Expression.Selector("w", List.of()));
    assertThat(found.grouping()).containsExactly("a", "b", "a", "e", "f");
  }

  @Test
  void functionsAreNoSelectors() {
    assertThat(
            Expression.of(
                    "histogram_quantile(0.5, sum(rate(h_bucket[$__rate_interval]))) or vector (0)")
                .selectors())
        .containsExactly(new Expression.Selector("h_bucket", List.of()));
  }
}
