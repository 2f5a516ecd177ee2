package dev.guildhall.controller.signals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MetricsPageTest {

  private static final MetricsPage PAGE =
      MetricsPage.parse(
          """
          # HELP requests_total Answered.
          # TYPE requests_total counter
          requests_total{model="a",code="200"} 7.0
          requests_total{model="a",code="503"} 2 1700000000000
          requests_total{model="b \\"x\\" \\\\ {y},z=\\n",code="200"} 1e2
          plain 0.25
          late_bucket{le="0.1",model="a"} 1
          late_bucket{le="1.0",model="a"} 3
          late_bucket{le="+Inf",model="a"} 4
          nan NaN
          broken{model="a 3
          broken
          broken one
          """);

  @Test
  void seriesAreAddedUpByTheLabelsAskedFor() {
    assertThat(PAGE.sum("requests_total", "model", "a")).isEqualTo(9);
    assertThat(PAGE.sum("requests_total", "model", "a", "code", "503")).isEqualTo(2);
    assertThat(PAGE.sum("requests_total", "model", "b \"x\" \\ {y},z=\n")).isEqualTo(100);
    assertThat(PAGE.sum("plain")).isEqualTo(0.25);
    assertThat(PAGE.buckets("late", "model", "a"))
        .isEqualTo(new TreeMap<>(Map.of(0.1, 1.0, 1.0, 3.0, Double.POSITIVE_INFINITY, 4.0)));
  }

  @Test
  void whatIsNotThereOrNotOfTheFormatIsNoNumber() {
    assertThat(PAGE.sum("requests_total", "model", "c")).isNaN();
    assertThat(PAGE.sum("nan")).isNaN();
    assertThat(PAGE.sum("broken")).isNaN();
    assertThat(PAGE.buckets("late", "model", "c")).isEmpty();
  }

  @Property
  void anyTextIsRead(@ForAll String text) {
    assertThat(MetricsPage.parse(text).series()).isNotNull();
    assertThat(MetricsPage.parse("a{" + text + "\na 1").sum("a")).isNotNegative();
  }
}
