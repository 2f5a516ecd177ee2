package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.devcluster.DevCluster;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A version that is tried, on a real control plane with a gateway of which only metrics are. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class CanaryClusterTest {
  private static final String CANARY = "statefulset/small-v3-unified-canary";
  private static final String BATCH =
      "{.spec.template.spec.containers[0].env[?(@.name=='GUILDHALL_MAX_BATCH_TOKENS')].value}";

  private final DevCluster cluster = OperatorCluster.cluster();

  @RegisterExtension final Quickstart quickstart = Quickstart.on(OperatorCluster::cluster);

  private String stable;

  @BeforeEach
  void canaries() {
    quickstart.set("/spec/roles/0/rollOut", "\"Canary\"");
    quickstart.set(
        "/spec/roles/0/canary", "{\"weightPercents\":[20,50],\"stepSeconds\":8,\"minRequests\":5}");
    stable = uids("small-v3-unified-0");
  }

  private String uids(String group) {
    return quickstart.kubectl(
        "get",
        "pods",
        "-l",
        "guildhall.dev/group=" + group,
        "-o",
        "jsonpath={.items[*].metadata.uid}");
  }

  private String report(String field) {
    return quickstart.get(Quickstart.DEPLOYMENT, "{.status.canaries[0]%s}".formatted(field));
  }

  private void change() {
    quickstart.set("/spec/serving/maxBatchTokens", "256");
  }

  private void weighs(String percent) throws InterruptedException {
    Eventually.holds(
        () -> assertThat(quickstart.routes()).contains("\"weightPercent\":" + percent));
  }

  @Test
  void whatDoesWellGetsMoreAndThenAll() throws Exception {
    try (var _ = new FakeGateway(cluster, new CanaryCalls())) {
      var served =
          Served.during(
              cluster,
              () -> {
                change();
                weighs("20");
                assertThat(uids("small-v3-unified-0")).isEqualTo(stable);
                weighs("50");
                assertThat(uids("small-v3-unified-0")).isEqualTo(stable);
                Eventually.holds(
                    () -> {
                      assertThat(quickstart.condition("Ready", "status")).isEqualTo("True");
                      assertThat(quickstart.get("statefulsets", "{.items[*].metadata.name}"))
                          .isEqualTo("small-v3-unified-0");
                    });
              });
      assertThat(served).isEqualTo(new Served(1, 2));
    }
    assertThat(quickstart.get(Quickstart.SET, BATCH)).isEqualTo("256");
    assertThat(uids("small-v3-unified-0").split(" ")).doesNotContain(stable.split(" "));
    Eventually.holds(() -> assertThat(quickstart.routes()).doesNotContain("canary"));
    assertThat(quickstart.get("servingrole/small-v3-unified", "{.spec.canary}")).isEmpty();
    Eventually.holds(
        () ->
            assertThat(quickstart.kubectl("get", "events.events.k8s.io", "-o", "wide"))
                .contains("CanaryStarted", "CanaryStep", "CanaryPromoted"));
  }

  @Test
  void whatFailsGetsNothingAndIsKeptWhileTheOthersScaleAndHeal() throws Exception {
    var calls = new CanaryCalls();
    try (var _ = new FakeGateway(cluster, calls)) {
      change();
      weighs("20");
      calls.canaryFails(true);
      long since = System.nanoTime();
      weighs("0");
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(60));
      quickstart.stalled("CanaryFailed", "calls failed, of the version in force 0 of");
      assertThat(report(".message")).contains("calls failed");
      assertThat(quickstart.get(CANARY, BATCH)).isEqualTo("256");
      assertThat(uids("small-v3-unified-0")).isEqualTo(stable);
      quickstart.kubectl("delete", "pod", "small-v3-unified-0-1");
      quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=2");
      // There is no GPU left for it, but what it is to be is known.
      Eventually.holds(
          () -> {
            assertThat(quickstart.get("statefulset/small-v3-unified-1", BATCH)).isEqualTo("512");
            assertThat(quickstart.get(Quickstart.SET, "{.status.readyReplicas}")).isEqualTo("4");
          });
      assertThat(quickstart.get("pod/small-v3-unified-0-1", BATCH.replace(".spec.template", "")))
          .isEqualTo("512");
      TimeUnit.SECONDS.sleep(3);
      assertThat(quickstart.routes()).contains("\"weightPercent\":0");
      quickstart.set("/spec/serving/maxBatchTokens", "512");
      Eventually.holds(
          () -> {
            assertThat(quickstart.condition("Ready", "status")).isEqualTo("True");
            assertThat(quickstart.get("statefulsets", "{.items[*].metadata.name}"))
                .isEqualTo("small-v3-unified-0 small-v3-unified-1");
          });
      Eventually.holds(() -> assertThat(quickstart.routes()).doesNotContain("canary"));
    }
  }

  @Test
  void withoutMetricsItGetsNothing() throws InterruptedException {
    change();
    Eventually.holds(
        () -> assertThat(report("")).contains("0/2", "the gateway's metrics are missing or stale"));
    Eventually.holds(() -> assertThat(quickstart.routes()).contains("\"weightPercent\":0"));
    assertThat(quickstart.condition("Reconciling", "reason")).isEqualTo("CanaryRunning");
  }

  @Test
  void whatCannotBeTriedBesideTheOthersIsRefused() throws InterruptedException {
    quickstart.set("/spec/roles/0/ranksPerGroup", "2");
    quickstart.stalled("CanaryImpossible", "set Surge or Replace");
    assertThat(uids("small-v3-unified-0")).isEqualTo(stable);
    assertThatThrownBy(() -> quickstart.set("/spec/roles/0/canary/weightPercents", "[50,20]"))
        .hasMessageContaining("in rising order");
  }
}
