package dev.guildhall.devcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Controller-manager, scheduler and kwok: objects are acted on, whole gangs or nothing. */
@Tag("cluster")
class SchedulingClusterTest {

  @TempDir static Path state;
  private static DevCluster cluster;

  @BeforeAll
  static void start() {
    cluster = DevCluster.forTest(state.resolve("c"), Options.of(Level.SCHEDULED).withFakeNodes(1));
  }

  @AfterAll
  static void stop() {
    if (cluster == null) {
      return;
    }
    cluster.close();
  }

  @Test
  void fakeNodesBecomeReadyAndCarryEightGpus() {
    cluster.kubectl("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");

    assertThat(
            cluster.kubectl(
                "get", "nodes", "-o", "jsonpath={.items[*].status.allocatable.nvidia\\.com/gpu}"))
        .isEqualTo("8");
  }

  @Test
  void ofThreeGangsOnEightGpusTheOneThatDoesNotFitHoldsNone() throws InterruptedException {
    StringBuilder all = new StringBuilder();
    gang(all, "four", 4);
    gang(all, "three-a", 3);
    gang(all, "three-b", 3);
    cluster.apply(all.toString());

    List<List<Integer>> allowed = List.of(List.of(0, 3, 3), List.of(4, 3, 0), List.of(4, 0, 3));
    List<Integer> bound = List.of();
    for (int i = 0; i < 300 && !allowed.contains(bound); i++) {
      Thread.sleep(200);
      bound = List.of(bound("four"), bound("three-a"), bound("three-b"));
    }

    Thread.sleep(2000);
    assertThat(List.of(bound("four"), bound("three-a"), bound("three-b")))
        .as("bound pods of the gangs of 4, 3 and 3, and the same two seconds later")
        .isIn(allowed)
        .isEqualTo(bound);
  }

  private static int bound(String gang) {
    String nodes =
        cluster.kubectl(
            "get", "pods", "-l", "gang=" + gang, "-o", "jsonpath={.items[*].spec.nodeName}");
    return nodes.isBlank() ? 0 : nodes.strip().split("\\s+").length;
  }

  private static void gang(StringBuilder all, String name, int size) {
    List<String> objects = new ArrayList<>();
    objects.add(
        """
        apiVersion: scheduling.k8s.io/v1beta1
        kind: PodGroup
        metadata: {name: %s, namespace: default}
        spec:
          schedulingPolicy: {gang: {minCount: %d}}
          schedulingConstraints: {topology: [{key: kubernetes.io/hostname}]}
          disruptionMode: {all: {}}
        """
            .formatted(name, size));
    for (int i = 0; i < size; i++) {
      objects.add(
          """
          apiVersion: v1
          kind: Pod
          metadata: {name: %s-%d, namespace: default, labels: {gang: %s}}
          spec:
            schedulingGroup: {podGroupName: %s}
            tolerations: [{operator: Exists}]
            containers:
              - {name: c, image: none, resources: {limits: {nvidia.com/gpu: 1}}}
          """
              .formatted(name, i, name, name));
    }
    objects.forEach(object -> all.append("---\n").append(object));
  }
}
