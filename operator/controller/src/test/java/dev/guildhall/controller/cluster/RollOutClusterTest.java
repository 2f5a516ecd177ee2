package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.AuditEvent;
import dev.guildhall.devcluster.DevCluster;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
  void otherWeightsComeToPodsThatRunOneGroupAfterTheOther() throws InterruptedException {
    weights("one");
    quickstart.set("/spec/roles/0/rollOut", "\"InPlaceWeights\"");
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=2");
    Eventually.holds(
        () -> {
          assertThat(ranksGiven("one")).hasSize(8);
          bothReady();
        });
    var pods = quickstart.ranks("{.items[*].metadata.uid}");
    weights("two");
    Eventually.holds(() -> assertThat(ranksGiven("two")).hasSize(4));
    var first = ranksGiven("two");
    assertThat(first.stream().map(rank -> rank.substring(0, rank.lastIndexOf('-'))).distinct())
        .hasSize(1);
    TimeUnit.SECONDS.sleep(3);
    assertThat(ranksGiven("two"))
        .as("they are ready as they were before, so the others wait")
        .isEqualTo(first);
    takenUp(first);
    Eventually.holds(() -> assertThat(ranksGiven("two")).hasSize(8));
    var second = ranksGiven("two");
    second.removeAll(first);
    takenUp(second);
    Eventually.holds(this::bothReady);
    assertThat(quickstart.ranks("{.items[*].metadata.uid}")).isEqualTo(pods);
  }

  @Test
  void aGroupThatServesIsNotScaledAwayWhileTheOneThatIsLeftDoesNot() throws InterruptedException {
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=2");
    Eventually.holds(this::bothReady);
    says("small-v3-unified-0-2", "False");
    Eventually.holds(
        () ->
            assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
                .isEqualTo("1/2"));
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=1");
    TimeUnit.SECONDS.sleep(5);
    assertThat(quickstart.get("statefulsets", "{.items[*].metadata.name}"))
        .isEqualTo("small-v3-unified-0 small-v3-unified-1");
    assertThat(quickstart.routes()).contains("small-v3-unified-1-0");
    says("small-v3-unified-0-2", "True");
    Eventually.holds(
        () -> {
          assertThat(quickstart.get("statefulsets", "{.items[*].metadata.name}"))
              .isEqualTo("small-v3-unified-0");
          assertThat(quickstart.routes()).doesNotContain("small-v3-unified-1-0");
        });
  }

  private void bothReady() {
    assertThat(quickstart.condition("Ready", "status")).isEqualTo("True");
    assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}")).isEqualTo("2/2");
  }

  private void weights(String folder) {
    quickstart.set(
        "/spec/model/source",
        "{\"image\":\"guildhall.dev/models/small-v3:1\",\"path\":\"%s\"}".formatted(folder));
  }

  private List<String> ranksGiven(String folder) {
    var given =
        quickstart.ranks(
            "{range .items[?(@.metadata.annotations.guildhall\\.dev/model-path==\"%s\")]}{.metadata.name} {end}"
                .formatted(folder));
    return new ArrayList<>(List.of(given.split(" ")));
  }

  /** As ranks do that go over to other weights: not ready for a while, then ready again. */
  private void takenUp(List<String> ranks) throws InterruptedException {
    ranks.forEach(rank -> says(rank, "False"));
    TimeUnit.SECONDS.sleep(2);
    ranks.forEach(rank -> says(rank, "True"));
  }

  private void says(String rank, String ready) {
    quickstart.kubectl(
        "patch",
        "pod",
        rank,
        "--subresource=status",
        "-p",
        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"%s\",\"lastTransitionTime\":\"%s\"}]}}"
            .formatted(ready, Instant.now().truncatedTo(ChronoUnit.SECONDS)));
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
