package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.devcluster.AuditEvent;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who writes the number of groups, on a real control plane where nobody serves metrics. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class ScalingClusterTest {
  private static final String ROLE = "servingrole/small-v3-unified";
  private static final String PLACEMENT = "expertplacement/small-v3-unified";
  private static final String UIDS = "{.items[*].metadata.uid}";
  private static final String SLO =
      "{\"firstTokenMillis\":1000,\"tokenMillis\":100,\"percentile\":95}";

  /** Its bounds alone say what to do: the cluster serves no metrics. */
  private static final String AUTOSCALER =
      """
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: small-v3, namespace: quickstart}
      spec:
        scaleTargetRef: {apiVersion: guildhall.dev/v1alpha1, kind: ServingRole, name: small-v3-unified}
        minReplicas: 2
        maxReplicas: 3
        metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
      """;

  @RegisterExtension final Quickstart quickstart = Quickstart.on(OperatorCluster::cluster);

  @Inject MeterRegistry meters;

  private void scaling(String owner, int least, int most) {
    quickstart.set(
        "/spec/roles/0/scaling",
        "{\"owner\":\"%s\",\"minGroups\":%d,\"maxGroups\":%d}".formatted(owner, least, most));
  }

  private String groups() {
    return quickstart.get(ROLE, "{.spec.groups}");
  }

  /** What signals ask for, as the operator's metrics say. */
  private DoubleStream needed() {
    return meters.find("guildhall.role.groups.needed").gauges().stream().mapToDouble(Gauge::value);
  }

  @Test
  void theOperatorFillsUpToTheMinimumSaysWhyAndHoldsWithoutMetrics() throws InterruptedException {
    quickstart.set("/spec/slo", SLO);
    scaling("Operator", 2, 3);
    Eventually.holds(
        () -> {
          assertThat(groups()).isEqualTo("2");
          assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.scaling.chosen[0]}"))
              .contains("add 1 group(s) to unified", "below its minimum of 2", "8.00 USD");
          assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.scaling.held}"))
              .isEqualTo("unified: no metrics of the gateway");
        });
    assertThat(needed()).as("nothing is known").isEmpty();
    assertThat(quickstart.get("configmap/small-v3-scaling", "{.data.state\\.json}"))
        .contains("\"minGroups\":2", "\"pricePerGpuHour\":2.00");
    Eventually.holds(
        () ->
            assertThat(quickstart.kubectl("get", "events.events.k8s.io", "-o", "wide"))
                .contains("Scaled", "below its minimum of 2"));
    quickstart.kubectl("scale", ROLE, "--replicas=0");
    Eventually.holds(() -> assertThat(groups()).as("the operator's number").isEqualTo("2"));
    quickstart.set("/spec/maxCostPerHour", "\"17.99\"");
    scaling("Operator", 3, 3);
    Thread.sleep(5000);
    assertThat(groups()).as("a third group would cost 24.00 an hour").isEqualTo("2");
  }

  @Test
  void aGroupComesWithLoadAndGoesAMinuteAfterIt() throws Exception {
    quickstart.set("/spec/slo", SLO);
    try (var load = new PlayedLoad(OperatorCluster.cluster())) {
      scaling("Operator", 1, 2);
      Thread.sleep(5000);
      assertThat(groups()).as("one suffices").isEqualTo("1");
      load.is(PlayedLoad.Level.HIGH);
      Eventually.holds(
          () ->
              assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
                  .isEqualTo("2/2"));
      assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.scaling.chosen[0]}"))
          .contains("add 1 group(s) to unified", "8.00 USD");
      assertThat(needed()).anyMatch(groups -> groups > 1);
      long low = System.nanoTime();
      load.is(PlayedLoad.Level.LOW);
      Eventually.holds(() -> assertThat(groups()).isEqualTo("1"));
      assertThat(Duration.ofNanos(System.nanoTime() - low)).isGreaterThan(Duration.ofSeconds(55));
      assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.scaling.chosen[0]}"))
          .contains("remove 1 group(s) from unified", "-8.00 USD");
      assertThat(needed()).isNotEmpty().allMatch(groups -> groups <= 1);
    }
  }

  @Test
  void copiesOfABusyExpertComeWhereMovingItDidNotHelpAndNoRankRestarts() throws Exception {
    var before = List.of(quickstart.ranks(UIDS).split(" "));
    quickstart.set("/spec/slo", SLO);
    quickstart.set(
        "/spec/roles/0/scaling",
        "{\"owner\":\"Operator\",\"minGroups\":1,\"maxGroups\":2,\"maxRedundantExperts\":8}");
    // The load does not get less by what is done about it; a group would come next.
    quickstart.set("/spec/maxCostPerHour", "\"8.00\"");
    // Ranks are made anew once, with room for eight.
    Eventually.holds(
        () -> {
          assertThat(quickstart.ranks(UIDS)).doesNotContain(before);
          assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
              .isEqualTo("1/1");
        });
    var ranks = quickstart.ranks(UIDS);
    try (var load = new PlayedLoad(OperatorCluster.cluster())) {
      load.hotExpert(Integer.parseInt(quickstart.get(PLACEMENT, "{.spec.epoch}")));
      load.is(PlayedLoad.Level.FULL);
      Eventually.holds(
          () ->
              assertThat(quickstart.get(PLACEMENT, "{.spec.layers[0]}"))
                  .as("one more slot on each rank, the busy expert in three of them")
                  .isEqualTo(
                      "[0,1,2,3,4,5,6,7,8,8,9,10,11,12,13,14,15,0,16,17,18,19,20,21,22,23,0,24,25,26,27,28,29,30,31,0]"));
      assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.scaling.chosen[0]}"))
          .contains("4 redundant experts for unified", "0.00 USD");
      assertThat(quickstart.get(PLACEMENT, "{.spec.reason}"))
          .matches(
              "balancedness 0\\.5\\d+ becomes 0\\.9\\d+ .* 4 redundant experts .* instead of 0");
      Eventually.holds(
          () ->
              assertThat(quickstart.get("configmap/small-v3-unified-placement", "{.data.*}"))
                  .contains("\"epoch\":" + quickstart.get(PLACEMENT, "{.spec.epoch}")));
    }
    assertThat(quickstart.ranks(UIDS)).as("no rank restarts").isEqualTo(ranks);
    assertThatThrownBy(() -> quickstart.set("/spec/roles/0/redundantExperts", "12"))
        .hasMessageContaining("scaling.maxRedundantExperts must not be less than redundantExperts");
  }

  /** The role's rebalance is Auto, and ranks go by the placement that has them. */
  @Test
  void weightsOfSomebodyElseAreTakenAway() throws Exception {
    int next = Integer.parseInt(quickstart.get(PLACEMENT, "{.spec.epoch}")) + 1;
    var layers = quickstart.get(PLACEMENT, "{.spec.layers}");
    quickstart.kubectl(
        "patch",
        PLACEMENT,
        "--type=merge",
        "-p",
        "{\"spec\":{\"epoch\":%d,\"weights\":%s}}".formatted(next, layers));
    try (var load = new PlayedLoad(OperatorCluster.cluster())) {
      load.hotExpert(next);
      Eventually.holds(
          () ->
              assertThat(quickstart.get(PLACEMENT, "{.spec.epoch} {.spec.weights}").strip())
                  .isEqualTo(String.valueOf(next + 1)));
      assertThat(quickstart.get(PLACEMENT, "{.spec.reason}")).contains("is not Weighted");
      assertThat(quickstart.get(PLACEMENT, "{.spec.layers}")).isEqualTo(layers);
    }
  }

  @Test
  void anotherOwnersNumberIsLeftAlone() throws InterruptedException {
    scaling("External", 0, 4);
    Eventually.holds(() -> assertThat(quickstart.get(ROLE, "{.spec.wakes}")).isEqualTo("true"));
    // Routes are written by another controller, at most twice a second.
    Eventually.holds(() -> assertThat(quickstart.routes()).contains("\"wakes\":true"));
    quickstart.kubectl("scale", ROLE, "--replicas=0");
    Thread.sleep(5000);
    assertThat(groups()).isEqualTo("0");
    assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.scaling}")).isEmpty();
    Eventually.holds(() -> assertThat(quickstart.routes()).contains("\"groups\":[]"));
  }

  @Test
  void aHorizontalPodAutoscalerIsTheOnlyOneThatWritesTheNumber() throws InterruptedException {
    scaling("External", 1, 4);
    long mark = OperatorCluster.cluster().auditLog().mark();
    OperatorCluster.cluster().apply(AUTOSCALER);
    try {
      Eventually.holds(
          () ->
              assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
                  .isEqualTo("2/2"));
      // More than one pass of the autoscaler, which comes every 15 s.
      Thread.sleep(20_000);
      assertThat(groups()).isEqualTo("2");
      assertThat(quickstart.condition("hpa/small-v3", "AbleToScale", "status")).isEqualTo("True");
      assertThat(OperatorCluster.cluster().auditLog().since(mark))
          .filteredOn(e -> e.resource().equals("servingroles") && e.subresource().equals("scale"))
          .filteredOn(AuditEvent::writes)
          .extracting(AuditEvent::user)
          .containsExactly("system:serviceaccount:kube-system:horizontal-pod-autoscaler");
    } finally {
      quickstart.kubectl("delete", "hpa/small-v3");
    }
  }

  @Test
  void whatMakesNoSenseIsRefusedWithTheFieldAndTheFix() {
    assertThatThrownBy(() -> scaling("Operator", 1, 2))
        .hasMessageContaining("spec.slo is needed where a role's scaling.owner is Operator");
    quickstart.set("/spec/slo", SLO);
    assertThatThrownBy(() -> scaling("Operator", 3, 2))
        .hasMessageContaining("scaling.minGroups must not exceed scaling.maxGroups");
    assertThatThrownBy(() -> quickstart.set("/spec/slo/percentile", "100"))
        .hasMessageContaining("percentile");
  }
}
