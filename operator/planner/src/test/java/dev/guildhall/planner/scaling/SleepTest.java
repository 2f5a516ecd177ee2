package dev.guildhall.planner.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Example;

/** A role that may sleep, just after its only group was let go. */
class SleepTest {
  private static final long NOW = States.START + 600_000;

  private static ScalingDecision decide(List<Group> groups, double waiting) {
    var demand = new DemandSample(NOW, 0, 0, waiting, Double.NaN, Double.NaN);
    var role = States.role(0, 2, groups, List.of(), demand);
    return Scaler.decide(States.state(NOW, role, States.pool(80, 80, null), List.of()));
  }

  @Example
  void aGroupThatStillDrainsBringsNoOther() {
    var draining = List.of(new Group("g0", GroupPhase.DRAINING, NOW));
    assertThat(decide(draining, 0).chosen()).isEmpty();
    assertThat(decide(List.of(), 0).chosen()).isEmpty();
  }

  @Example
  void aRequestThatWaitsWakesItWhileTheOldGroupDrains() {
    var draining = List.of(new Group("g0", GroupPhase.DRAINING, NOW));
    assertThat(decide(draining, 1).chosen())
        .singleElement()
        .extracting(option -> option.action().toString())
        .isEqualTo("wake prefill with 1 group(s)");
  }
}
