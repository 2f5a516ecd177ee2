package dev.guildhall.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class GaugesTest {

  private static final Tags A = Tags.of("namespace", "quickstart", "deployment", "a");
  private static final Tags B = Tags.of("namespace", "quickstart", "deployment", "b");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Gauges gauges = new Gauges(OperatorMetrics.DEPLOYMENT_READY.multiGauge(registry));

  @Test
  void aRowIsChangedWithoutBeingMadeAnew() {
    gauges.show(A, 0);
    var before = row(A);
    gauges.show(A, 1);
    gauges.show(B, 0);
    assertThat(row(A)).isSameAs(before);
    assertThat(before.value()).isEqualTo(1);
  }

  @Test
  void whatIsNotRetainedIsShownNoLonger() {
    gauges.show(A, 1);
    gauges.show(B, 1);
    gauges.retain(B::equals);
    assertThat(row(A)).isNull();
    assertThat(row(B).value()).isEqualTo(1);
    gauges.show(A, 0);
    assertThat(row(A).value()).isZero();
  }

  private Gauge row(Tags tags) {
    return registry.find("guildhall.deployment.ready").tags(tags).gauge();
  }
}
