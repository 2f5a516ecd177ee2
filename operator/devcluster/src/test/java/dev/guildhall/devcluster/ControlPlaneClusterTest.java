package dev.guildhall.devcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lowest level: a real API server that stores, refuses and remembers. */
@Tag("cluster")
class ControlPlaneClusterTest {

  @TempDir static Path state;
  private static DevCluster cluster;

  @BeforeAll
  static void start() {
    cluster = DevCluster.controlPlane(state.resolve("c"));
  }

  @AfterAll
  static void stop() {
    if (cluster == null) {
      return;
    }
    cluster.close();
    assertThat(state.resolve("c")).doesNotExist();
  }

  @Test
  void servesTheStampedVersionAndNativeGangs() {
    assertThat(cluster.kubectl("version", "-o", "json")).contains("v1.37.2");
    assertThat(cluster.kubectl("api-resources", "--api-group=scheduling.k8s.io"))
        .contains("podgroups");
  }

  @Test
  void rbacRefusesAStrangerAndTheAuditLogSaysSo() throws InterruptedException {
    Path stranger = cluster.kubeconfig("stranger", "guests");
    long mark = cluster.auditLog().mark();

    Command.Result result =
        Command.of(cluster.kubectl().toString(), "--kubeconfig=" + stranger, "get", "secrets", "-A")
            .attempt();

    assertThat(result.ok()).isFalse();
    assertThat(result.err()).contains("Forbidden");
    List<AuditEvent> denied = List.of();
    for (int i = 0; i < 50 && denied.isEmpty(); i++) {
      Thread.sleep(100);
      denied =
          cluster.auditLog().since(mark).stream()
              .filter(event -> event.user().equals("stranger") && event.denied())
              .toList();
    }
    assertThat(denied)
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.resource()).isEqualTo("secrets"));
  }

  @Test
  void podsAreAdmittedWithoutAControllerManager() {
    cluster.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: still, namespace: default}
        spec: {containers: [{name: c, image: none}]}
        """);

    assertThat(cluster.kubectl("get", "pod", "still", "-o", "jsonpath={.status.phase}"))
        .isEqualTo("Pending");
  }

  @Test
  void withoutNativeGangsNobodyServesPodGroups() {
    Options options = Options.of(Level.CONTROL_PLANE).withoutNativeGangs();
    try (DevCluster other = DevCluster.forTest(state.resolve("other"), options)) {
      assertThat(other.kubectl("api-resources", "--api-group=scheduling.k8s.io"))
          .contains("priorityclasses")
          .doesNotContain("podgroups");
    }
  }

  @Test
  void aKilledApiServerIsRepairedAndAHealthyClusterIsLeftAlone() {
    cluster.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: kept, namespace: default}}");
    cluster.kill("kube-apiserver");

    cluster.start();
    cluster.start();

    assertThat(cluster.kubectl("get", "configmap", "kept", "-o", "name"))
        .contains("configmap/kept");
  }
}
