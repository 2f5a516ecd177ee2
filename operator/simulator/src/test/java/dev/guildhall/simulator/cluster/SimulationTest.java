package dev.guildhall.simulator.cluster;

import static dev.guildhall.simulator.Tiny.scenario;
import static dev.guildhall.simulator.Tiny.steady;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.guildhall.planner.scaling.RoleKind;
import dev.guildhall.planner.scaling.ScalingPolicy;
import dev.guildhall.simulator.model.Scenario;
import dev.guildhall.simulator.policy.FixedFleet;
import dev.guildhall.simulator.policy.Guildhall;
import dev.guildhall.simulator.trace.Arrivals;
import dev.guildhall.simulator.trace.Request;
import dev.guildhall.simulator.trace.Trace;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {

  private static final Scenario TINY = scenario(RoleKind.UNIFIED);

  @Test
  void oneRequestTakesWhatTheStepsAddUpTo() {
    var trace = new Trace("one", List.of(new Request(0, 100, 0, 5)));
    var outcome = Simulation.run(TINY, new Arrivals(trace, 1, 0, 0, 1), List.of(1), fixed());
    // The prompt: 10 + 100 ms. Four more tokens: 10 + 1 ms each.
    assertThat(outcome.counts().meanSeconds()).isCloseTo(0.154, within(1e-9));
    assertThat(outcome.counts().good()).isEqualTo(1);
  }

  @Test
  void aFixedFleetHoldsItsGpusAllTheTime() {
    var trace =
        new Trace("two", List.of(new Request(0, 1, 0, 1), new Request(3_600_000_000L, 1, 0, 1)));
    var outcome = Simulation.run(TINY, new Arrivals(trace, 1, 0, 0, 1), List.of(3), fixed());
    assertThat(outcome.gpuHours()).isCloseTo(3, within(1e-12));
    assertThat(outcome.cost()).isEqualByComparingTo("6");
  }

  @Test
  void theSameSeedGivesTheSameOutcome() {
    assertThat(planned(steady(900, 20), 7)).isEqualTo(planned(steady(900, 20), 7));
  }

  @Test
  void everyRequestEndsOnceAndGpuHoursAreTheIntegralOfGroups() {
    for (var kind : List.of(RoleKind.UNIFIED, RoleKind.PREFILL)) {
      var scenario = scenario(kind);
      var arrivals = new Arrivals(steady(1200, 30), 2.5, 300, 20, 3);
      var groups = scenario.roles().stream().map(role -> 6).toList();
      var outcome =
          Simulation.run(
              scenario, arrivals, groups, new Guildhall(ScalingPolicy.DEFAULT, decision -> {}));
      assertThat(outcome.counts().arrived()).isEqualTo(arrivals.measured());
      assertThat(outcome.counts().finished()).isEqualTo(arrivals.measured());
      assertThat(outcome.gpuNanos()).isEqualTo(outcome.groupNanos());
    }
  }

  @Test
  void littlesLawHoldsUnderSteadyLoad() {
    var trace = steady(3600, 20);
    var arrivals = new Arrivals(trace, 1, 0, 0, 1);
    var counts = Simulation.run(TINY, arrivals, List.of(6), fixed()).counts();
    double rate = counts.arrived() / (arrivals.endNanos() / 1e9);
    assertThat(counts.meanPresent())
        .isCloseTo(rate * counts.meanSeconds(), within(0.01 * counts.meanPresent()));
  }

  private static Outcome planned(Trace trace, long seed) {
    return Simulation.run(
        TINY,
        new Arrivals(trace, 1.5, 120, 10, seed),
        List.of(4),
        new Guildhall(ScalingPolicy.DEFAULT, decision -> {}));
  }

  private static Autoscaler fixed() {
    return new FixedFleet();
  }
}
