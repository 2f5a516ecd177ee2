package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.AuditEvent;
import dev.guildhall.devcluster.DevCluster;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.HttpURLConnection;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Groups go over to another version while somebody counts, all the time, how many serve. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class RollOutClusterTest {
  private final DevCluster cluster = OperatorCluster.cluster();

  @RegisterExtension final Quickstart quickstart = Quickstart.on(OperatorCluster::cluster);

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
        Served.during(
            cluster,
            () -> {
              quickstart.set("/spec/serving/maxBatchTokens", "256");
              rolledOut(before);
            });
    assertThat(served).isEqualTo(new Served(1, 2));
    assertThat(quickstart.get("statefulsets", "{.items[*].metadata.name}"))
        .isEqualTo("small-v3-unified-0");
    // The route is written by another controller, which hears of the deletion a moment later.
    Eventually.holds(() -> assertThat(quickstart.routes()).doesNotContain("unified-1"));
    assertThat(made(mark))
        .as("ranks of the group beyond those wanted, and each of the others once")
        .hasSize(2 * Served.RANKS);
  }

  private List<AuditEvent> made(long mark) {
    return cluster.auditLog().since(mark).stream()
        .filter(e -> e.verb().equals("create") && e.resource().equals("pods"))
        .filter(e -> e.subresource().isEmpty() && e.code() == HttpURLConnection.HTTP_CREATED)
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
        Served.during(
            cluster,
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
    strategyIs("Surge");
    Thread.sleep(3000);
    assertThat(quickstart.ranks("{.items[*].metadata.uid}")).isEqualTo(before);
  }

  @Test
  void whatIsTakenOutGoesFromARoleThatWasMadeWithIt() throws InterruptedException {
    quickstart.set("/spec/roles/0/rollOut", "\"Surge\"");
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=2");
    strategyIs("Surge");
    quickstart.kubectl("delete", "servingrole/small-v3-unified");
    strategyIs("Surge");
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=2");
    quickstart.remove("/spec/roles/0/rollOut");
    strategyIs("");
    assertThat(quickstart.get("servingrole/small-v3-unified", "{.spec.groups}")).isEqualTo("2");
  }

  private void strategyIs(String wanted) throws InterruptedException {
    Eventually.holds(
        () ->
            assertThat(quickstart.get("servingrole/small-v3-unified", "{.spec.rollOut}"))
                .isEqualTo(wanted));
  }
}
