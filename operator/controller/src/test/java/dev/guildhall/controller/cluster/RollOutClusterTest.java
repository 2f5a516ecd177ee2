package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.crds.GuildhallApi;
import dev.guildhall.devcluster.AuditEvent;
import dev.guildhall.devcluster.DevCluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups go over to another version while somebody counts, all the time, how many serve. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class RollOutClusterTest {
  private static final int RANKS = 4;

  private final DevCluster cluster = OperatorCluster.cluster();

  @RegisterExtension final Quickstart quickstart = Quickstart.on(OperatorCluster::cluster);

  /** The fewest and the most groups that served at any time while something was done. */
  private record Served(int fewest, int most) {}

  private interface Work {
    void run() throws InterruptedException;
  }

  private Served during(Work work) throws InterruptedException, IOException {
    var config = Config.fromKubeconfig(Files.readString(cluster.kubeconfig()));
    var stop = new AtomicBoolean();
    int[] bounds = {Integer.MAX_VALUE, 0};
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      var watcher =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!stop.get()) {
                      int serving = serving(client);
                      bounds[0] = Math.min(bounds[0], serving);
                      bounds[1] = Math.max(bounds[1], serving);
                    }
                  });
      try {
        work.run();
      } finally {
        stop.set(true);
        watcher.join();
      }
    }
    return new Served(bounds[0], bounds[1]);
  }

  private static int serving(KubernetesClient client) {
    return (int)
        client
            .pods()
            .inNamespace("quickstart")
            .withLabel(GuildhallApi.GROUP_LABEL)
            .list()
            .getItems()
            .stream()
            .filter(RollOutClusterTest::isReady)
            .collect(
                Collectors.groupingBy(
                    pod -> pod.getMetadata().getLabels().get(GuildhallApi.GROUP_LABEL)))
            .values()
            .stream()
            .filter(pods -> pods.size() == RANKS)
            .filter(pods -> pods.stream().map(RollOutClusterTest::version).distinct().count() == 1)
            .count();
  }

  private static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  private static String version(Pod pod) {
    return pod.getMetadata().getLabels().get("controller-revision-hash");
  }

  private void rolledOut(String... before) throws InterruptedException {
    Eventually.holds(
        () -> {
          assertThat(quickstart.ranks("{.items[*].metadata.uid}")).doesNotContain(before);
          assertThat(quickstart.condition("Ready", "status")).isEqualTo("True");
        });
  }

  @Test
  void aSurgeNeverLeavesFewerGroupsThanWanted() throws Exception {
    quickstart.set("/spec/roles/0/rollOut", "\"Surge\"");
    var before = quickstart.ranks("{.items[*].metadata.uid}").split(" ");
    long mark = cluster.auditLog().mark();
    var served =
        during(
            () -> {
              quickstart.set("/spec/serving/maxBatchTokens", "256");
              rolledOut(before);
            });
    assertThat(served).isEqualTo(new Served(1, 2));
    assertThat(quickstart.get("statefulsets", "{.items[*].metadata.name}"))
        .isEqualTo("small-v3-unified-0");
    // The route is written by another controller, which hears of the deletion a moment later.
    Eventually.holds(() -> assertThat(quickstart.routes()).doesNotContain("unified-1"));
    assertThat(restarts(mark)).as("pods deleted to be made anew").hasSize(RANKS);
  }

  private List<AuditEvent> restarts(long mark) {
    return quickstart.operatorEvents(mark).stream()
        .filter(e -> e.verb().equals("delete") && e.resource().equals("pods"))
        .toList();
  }

  @Test
  void withoutRoomOneGroupGoesAfterTheOther() throws Exception {
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=2");
    Eventually.holds(
        () ->
            assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
                .isEqualTo("2/2"));
    quickstart.set("/spec/roles/0/rollOut", "\"Surge\"");
    var before = quickstart.ranks("{.items[*].metadata.uid}").split(" ");
    var served =
        during(
            () -> {
              quickstart.set("/spec/serving/maxBatchTokens", "128");
              rolledOut(before);
            });
    assertThat(served).isEqualTo(new Served(1, 2));
  }

  @Test
  void anotherStrategyRestartsNothing() throws InterruptedException {
    var before = quickstart.ranks("{.items[*].metadata.uid}");
    quickstart.set("/spec/roles/0/rollOut", "\"Surge\"");
    Eventually.holds(
        () ->
            assertThat(quickstart.get("servingrole/small-v3-unified", "{.spec.rollOut}"))
                .isEqualTo("Surge"));
    Thread.sleep(3000);
    assertThat(quickstart.ranks("{.items[*].metadata.uid}")).isEqualTo(before);
  }
}
