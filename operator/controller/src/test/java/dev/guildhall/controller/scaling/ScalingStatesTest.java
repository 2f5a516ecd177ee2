package dev.guildhall.controller.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.controller.signals.Snapshot;
import dev.guildhall.crds.Model;
import dev.guildhall.crds.ModelDeploymentSpec;
import dev.guildhall.crds.Scaling.Owner;
import dev.guildhall.crds.ServiceLevel;
import dev.guildhall.planner.scaling.GroupPhase;
import dev.guildhall.planner.scaling.GroupSample;
import dev.guildhall.planner.scaling.PoolState;
import dev.guildhall.planner.scaling.Scaler;
import dev.guildhall.planner.scaling.ScalingDecision;
import dev.guildhall.planner.scaling.ScalingState;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From pages of metrics to a decision. */
class ScalingStatesTest {

  private static ScalingState state(Owner owner, int least, int groups, Snapshot... snapshots) {
    var spec =
        new ModelDeploymentSpec(
            new Model("m", null),
            null,
            "pool",
            "acme",
            List.of(),
            null,
            null,
            new ServiceLevel(1000, 100, 95),
            null);
    return ScalingStates.of(
        "dep",
        spec,
        List.of(new ScaledRole(Pages.role(owner, least, 4), groups, 1000, 100, 1, 4, 12)),
        new PoolState(8, 16, BigDecimal.TWO, null, "USD"),
        new Signals(List.of(snapshots)),
        Map.of("unified", new GroupSample("g", 0, 0, 0, 0.01, 0, 3, 1)),
        List.of());
  }

  private static Map<String, Integer> changes(ScalingState state) {
    return GroupCounts.changes(Scaler.decide(state));
  }

  @Test
  void aRequestThatWaitsWakesARoleThatSleeps() {
    var before = new Pages().gateway("a", 0, 0, 0, 1).at(0);
    var now = new Pages().gateway("a", 0, 0, 1, 1).at(15);
    assertThat(changes(state(Owner.Operator, 0, 0, before, now))).isEqualTo(Map.of("unified", 1));
    var nobody = new Pages().gateway("a", 0, 0, 0, 1).at(15);
    assertThat(changes(state(Owner.Operator, 0, 0, before, nobody))).isEmpty();
  }

  @Test
  void aQueueThatItsGroupCannotWorkOffBringsAnother() {
    var before =
        new Pages()
            .group(0, GroupPhase.READY)
            .rank(0, 0, 0, 0, 0)
            .rank(0, 1, 0, 0, 0)
            .gateway("a", 0, 0, 0, 2)
            .at(0);
    var now =
        new Pages()
            .group(0, GroupPhase.READY)
            .rank(0, 0, 1500, 15, 9000)
            .rank(0, 1, 1500, 15, 9000)
            .gateway("a", 30, 60, 0, 2)
            .at(15);
    assertThat(changes(state(Owner.Operator, 1, 1, before, now)).get("unified")).isPositive();
    assertThat(changes(state(Owner.External, 1, 1, before, now)))
        .as("somebody else's number")
        .isEmpty();
  }

  @Test
  void silenceOfTheGatewayHoldsAllButTheMinimum() {
    var now = new Pages().group(0, GroupPhase.READY).rank(0, 0, 1, 1, 0).rank(0, 1, 1, 1, 0);
    var decision = Scaler.decide(state(Owner.Operator, 1, 1, now.at(0), now.at(15)));
    assertThat(decision.chosen()).isEmpty();
    assertThat(ScalingRecords.held(decision)).isEqualTo("unified: no metrics of the gateway");
    assertThat(changes(state(Owner.Operator, 3, 1, now.at(0), now.at(15))))
        .isEqualTo(Map.of("unified", 2));
  }

  @Test
  void groupsAreCountedAsTheyAre() {
    var now =
        new Pages()
            .group(0, GroupPhase.READY)
            .group(1, GroupPhase.STARTING)
            .group(3, GroupPhase.DRAINING)
            .at(15);
    assertThat(state(Owner.Operator, 1, 3, now, now).roles().getFirst().groups())
        .extracting(group -> group.name() + " " + group.phase())
        .containsExactly(
            "dep-unified-0 READY",
            "dep-unified-1 STARTING",
            "dep-unified-2 PENDING",
            "dep-unified-3 DRAINING");
  }

  @Test
  void copiesMayBeAddedWhereThereIsRoomForThem() {
    var now = new Pages().group(0, GroupPhase.READY).at(15);
    var role = state(Owner.Operator, 1, 1, now, now).roles().getFirst();
    assertThat(role.redundantExperts()).isEqualTo(4);
    assertThat(role.maxRedundantExperts()).isEqualTo(12);
    assertThat(role.idleTokenSeconds()).isEqualTo(0.01);
    assertThat(role.idleRunning()).as("how busy the fastest was").isEqualTo(3);
    assertThat(role.redundantKvShare()).as("caches are sized when ranks start").isZero();
  }

  @Test
  void whatIsOnRecordGivesTheSameDecisionAgain() throws IOException {
    var before = new Pages().gateway("a", 0, 0, 0, 1).at(0);
    var now = new Pages().gateway("a", 0, 0, 1, 1).at(15);
    var state = state(Owner.Operator, 0, 0, before, now);
    var json = new ObjectMapper();
    var replayed = json.readValue(json.writeValueAsString(state), ScalingState.class);
    ScalingDecision decision = Scaler.decide(state);
    assertThat(replayed).isEqualTo(state);
    assertThat(Scaler.decide(replayed)).isEqualTo(decision);
    var report = ScalingRecords.report(state, decision);
    assertThat(report.chosen())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.action()).isEqualTo("wake unified with 1 group(s)");
              assertThat(step.costPerHour()).isEqualTo("4 USD");
              assertThat(step.reason()).isEqualTo("1 requests wait");
            });
  }
}
