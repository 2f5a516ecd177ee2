package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.devcluster.AuditEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who writes the number of groups, on a real control plane where nobody serves metrics. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class ScalingClusterTest {
  private static final String ROLE = "servingrole/small-v3-unified";
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

  private void scaling(String owner, int least, int most) {
    quickstart.set(
        "/spec/roles/0/scaling",
        "{\"owner\":\"%s\",\"minGroups\":%d,\"maxGroups\":%d}".formatted(owner, least, most));
  }

  private String groups() {
    return quickstart.get(ROLE, "{.spec.groups}");
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
      long low = System.nanoTime();
      load.is(PlayedLoad.Level.LOW);
      Eventually.holds(() -> assertThat(groups()).isEqualTo("1"));
      assertThat(Duration.ofNanos(System.nanoTime() - low)).isGreaterThan(Duration.ofSeconds(55));
      assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.scaling.chosen[0]}"))
          .contains("remove 1 group(s) from unified", "-8.00 USD");
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
    assertThat(quickstart.routes()).contains("\"groups\":[]");
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
