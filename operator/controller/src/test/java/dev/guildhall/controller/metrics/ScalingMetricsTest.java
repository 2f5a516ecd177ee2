package dev.guildhall.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.planner.scaling.RoleNeed;
import dev.guildhall.planner.scaling.Signal;
import dev.guildhall.planner.scaling.Vote;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ScalingMetrics metrics = new ScalingMetrics(registry);

  private static ModelDeployment deployment(String name) {
    var deployment = new ModelDeployment();
    deployment.getMetadata().setNamespace("quickstart");
    deployment.getMetadata().setName(name);
    return deployment;
  }

  private static RoleNeed need(Vote... votes) {
    return new RoleNeed("unified", 0, Signal.NONE, List.of(votes), 1);
  }

  private Double groups(String deployment, String signal) {
    var gauge =
        registry
            .find("guildhall.role.groups.needed")
            .tags("deployment", deployment, "role", "unified", "signal", signal)
            .gauge();
    return gauge == null ? null : gauge.value();
  }

  @Test
  void everySignalHasARowAndOneThatSaysNothingAnyMoreHasNone() {
    var asked = need(new Vote(Signal.TOKENS, 0.4), new Vote(Signal.FIRST_TOKEN, 2));
    metrics.show(deployment("a"), List.of(asked));
    metrics.show(deployment("b"), List.of(asked));
    assertThat(groups("a", "tokens")).isEqualTo(0.4);
    assertThat(groups("a", "first_token")).isEqualTo(2);

    metrics.show(deployment("a"), List.of(need(new Vote(Signal.TOKENS, 0.6))));
    assertThat(groups("a", "tokens")).isEqualTo(0.6);
    assertThat(groups("a", "first_token")).isNull();
    assertThat(groups("b", "first_token")).as("of another deployment").isEqualTo(2);
  }

  @Test
  void withoutSignalsNothingIsShown() {
    metrics.show(deployment("a"), List.of(need(new Vote(Signal.TOKENS, 0.4))));
    metrics.show(deployment("a"), List.of());
    assertThat(groups("a", "tokens")).isNull();

    metrics.show(deployment("a"), List.of(need(new Vote(Signal.TOKENS, 0.4))));
    metrics.forget(deployment("a"));
    assertThat(groups("a", "tokens")).isNull();
  }
}
