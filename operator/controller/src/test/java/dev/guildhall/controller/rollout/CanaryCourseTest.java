package dev.guildhall.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.guildhall.controller.role.GroupId;
import dev.guildhall.controller.signals.MetricsPage;
import dev.guildhall.controller.signals.Snapshot;
import dev.guildhall.controller.signals.Snapshot.SeenGroup;
import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.crds.Model;
import dev.guildhall.crds.ModelDeploymentSpec;
import dev.guildhall.crds.ModelSource;
import dev.guildhall.planner.rollout.CanaryRules;
import dev.guildhall.planner.rollout.CanaryState;
import dev.guildhall.planner.rollout.Lane;
import dev.guildhall.planner.scaling.GroupPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is taken from the gateway's counters while a version is tried. */
class CanaryCourseTest {
  private static final long START = 1_700_000_000_000L;
  private static final Duration WINDOW = Duration.ofSeconds(15);
  private static final GroupId GROUP = new GroupId("ns", "small", "unified", -1);
  private static final CanaryRules RULES =
      new CanaryRules(List.of(5, 50), Duration.ofSeconds(60), 20, 0.05, 0.25, 0);

  private final CanaryCourse course = new CanaryCourse(template("b"), 5);
  private final List<Snapshot> snapshots = new ArrayList<>();

  private static GroupTemplate template(String digest) {
    return new GroupTemplate(
        new Model("small", new ModelSource("small:" + digest, null, null)),
        ModelDeploymentSpec.Backend.cpu,
        2,
        Map.of("pool", "local"),
        true,
        1L,
        1L,
        null,
        1,
        null,
        null);
  }

  private static MetricsPage page(int ok, int failed, int stable) {
    return MetricsPage.parse(
        """
        guildhall_gateway_lane_calls_total{model="small",lane="canary",result="ok"} %1$d
        guildhall_gateway_lane_calls_total{model="small",lane="canary",result="failed"} %2$d
        guildhall_gateway_lane_calls_total{model="small",lane="canary",result="left"} 1000
        guildhall_gateway_lane_calls_total{model="small",lane="stable",result="ok"} %3$d
        guildhall_gateway_lane_calls_total{model="other",lane="canary",result="ok"} 7
        guildhall_gateway_lane_time_to_first_token_seconds_bucket{model="small",lane="canary",le="0.1"} 0
        guildhall_gateway_lane_time_to_first_token_seconds_bucket{model="small",lane="canary",le="0.3"} %1$d
        guildhall_gateway_lane_time_to_first_token_seconds_bucket{model="small",lane="canary",le="+Inf"} %4$d
        guildhall_gateway_inter_token_latency_seconds_count{model="small",lane="canary"} %1$d
        guildhall_gateway_inter_token_latency_seconds_sum{model="small",lane="canary"} %1$d
        guildhall_gateway_lane_time_to_first_token_seconds_count{model="small",lane="canary"} %4$d
        guildhall_gateway_lane_time_to_first_token_seconds_sum{model="small",lane="canary"} %5$s
        """
            .formatted(ok, failed, stable, ok + failed, (ok + failed) * 0.2));
  }

  private void at(int second, int readyRanks, Map<String, MetricsPage> gateways) {
    var phase = readyRanks == 2 ? GroupPhase.READY : GroupPhase.STARTING;
    snapshots.add(
        new Snapshot(
            START + second * 1000L,
            Map.of(GROUP.name(), new SeenGroup("unified", readyRanks, phase, START, 1)),
            Map.of(),
            gateways));
    course.see(snapshots, GROUP);
  }

  private CanaryState state(int second) {
    return course.state(RULES, snapshots, START + second * 1000L, WINDOW);
  }

  @Test
  void countersOfAllReplicasAddUpFromWhenTheStepBegan() {
    at(15, 2, Map.of("a", page(100, 1, 500), "b", page(0, 0, 0)));
    assertThat(state(15).canary()).as("nothing to compare with").isEqualTo(Lane.NONE);
    at(30, 2, Map.of("a", page(110, 1, 700), "b", page(5, 2, 10)));
    at(45, 2, Map.of("a", page(111, 1, 700), "b", page(5, 2, 10)));
    var seen = state(45);
    assertThat(seen.canary().calls()).isEqualTo(18);
    assertThat(seen.canary().failures()).isEqualTo(2);
    assertThat(seen.stable().calls()).isEqualTo(210);
    assertThat(seen.canary().firstToken().count()).isEqualTo(18);
    assertThat(seen.canary().firstToken().mean()).isCloseTo(0.2, within(1e-9));
    assertThat(seen.canary().firstToken().deviation())
        .as("16 in the middle of their bucket, 2 at 0.3")
        .isCloseTo(Math.sqrt(2 * 0.01 / 18), within(1e-9));
    assertThat(seen.canary().token().count()).isEqualTo(16);
    assertThat(seen.canary().token().mean()).isEqualTo(1);
    assertThat(seen.stable().token().count()).isZero();
    assertThat(seen.held()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aReplicaThatStartedAnewCountsFromItsNextPage() {
    at(15, 2, Map.of("a", page(100, 0, 0)));
    at(30, 2, Map.of("a again", page(3, 0, 0)));
    at(45, 2, Map.of("a again", page(5, 0, 0)));
    assertThat(state(45).canary().calls()).isEqualTo(2);
  }

  @Test
  void timeWithoutReadinessOrFiguresDoesNotCount() {
    at(15, 2, Map.of("a", page(0, 0, 0)));
    at(30, 1, Map.of("a", page(1, 0, 0)));
    assertThat(state(30).serves()).isFalse();
    assertThat(state(30).held()).isZero();
    at(45, 2, Map.of());
    assertThat(state(45).serves()).isTrue();
    assertThat(state(45).measured()).isFalse();
    assertThat(state(45).held()).isZero();
  }

  private static MetricsPage probes(int agreed, int differed) {
    return MetricsPage.parse(
        """
        guildhall_gateway_lane_probe_tokens_total{model="small",result="agreed"} %d
        guildhall_gateway_lane_probe_tokens_total{model="small",result="differed"} %d
        """
            .formatted(agreed, differed));
  }

  @Test
  void agreementIsAShareOfEnoughTokens() {
    at(15, 2, Map.of("a", probes(1000, 0)));
    at(30, 2, Map.of("a", probes(1060, 3)));
    assertThat(state(30).agreement()).isEmpty();
    at(45, 2, Map.of("a", probes(1060, 20)));
    assertThat(state(45).agreement()).hasValue(0.75);
  }

  @Test
  void figuresGrowStale() {
    at(15, 2, Map.of("a", page(0, 0, 0)));
    at(30, 2, Map.of("a", page(1, 0, 0)));
    assertThat(state(75).measured()).isTrue();
    assertThat(state(76).measured()).isFalse();
  }

  @Test
  void aGroupServesOnceTheGatewayHasFoundIt() {
    at(5, 2, Map.of("a", page(0, 0, 0)));
    at(9, 2, Map.of("a", page(0, 0, 0)));
    assertThat(state(9).serves()).isFalse();
    at(10, 2, Map.of("a", page(0, 0, 0)));
    assertThat(state(10).serves()).isTrue();
  }
}
