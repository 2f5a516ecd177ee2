package dev.guildhall.controller.cluster;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.AuditEvent;
import dev.guildhall.devcluster.DevCluster;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A ModelDeployment's life on a real control plane. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class OperatorClusterTest {

  private final DevCluster cluster = OperatorCluster.cluster();

  @RegisterExtension final Quickstart quickstart = Quickstart.on(OperatorCluster::cluster);

  @Test
  void quickstartIsReadyAndAPassOverItWritesNothing() throws InterruptedException {
    assertThat(
            quickstart.get(
                Quickstart.DEPLOYMENT,
                "{.status.readyGroups} {.status.gpus} {.status.plan[0].expertSlotsPerRank}"))
        .isEqualTo("1/1 4 8");
    assertThat(
            quickstart.get("podgroup/small-v3-unified-0", "{.spec.schedulingPolicy.gang.minCount}"))
        .isEqualTo("4");
    assertThat(
            quickstart.get("pods", "{range .items[*]}{.spec.schedulingGroup.podGroupName} {end}"))
        .contains("small-v3-unified-0");
    Eventually.holds(
        () ->
            assertThat(quickstart.routes())
                .contains(
                    "small-v3-unified-0-3.small-v3-unified-0.quickstart.svc:9000",
                    "\"id\":\"acme/default\""));
    long mark = quiet();
    quickstart.kubectl("annotate", Quickstart.SET, "someone/else=1");
    quickstart.kubectl("annotate", "servingrole/small-v3-unified", "someone/else=1");
    Thread.sleep(65_000);
    assertThat(written(mark)).as("a pass over an unchanged resource writes nothing").isEmpty();
    assertThat(quickstart.operatorEvents(mark))
        .as("but there was a pass")
        .anyMatch(e -> e.verb().equals("get") && e.resource().equals("services"));
    assertThat(quickstart.get(Quickstart.SET, "{.metadata.annotations.someone/else}"))
        .isEqualTo("1");
  }

  /** Since when nothing more is written of what came before. */
  private long quiet() throws InterruptedException {
    for (int tries = 0; tries < 30; tries++) {
      long mark = cluster.auditLog().mark();
      TimeUnit.SECONDS.sleep(2);
      if (written(mark).isEmpty()) {
        return mark;
      }
    }
    throw new AssertionError("the operator writes on and on");
  }

  private List<AuditEvent> written(long since) {
    return quickstart.operatorEvents(since).stream()
        .filter(AuditEvent::writes)
        .filter(e -> !e.resource().equals("leases"))
        .toList();
  }

  @Test
  void scalingIsTheServingRolesAndAGangThatDoesNotFitHoldsNoGpu() throws InterruptedException {
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=3");
    Eventually.holds(
        () -> {
          assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
              .isEqualTo("2/3");
          assertThat(quickstart.condition("Ready", "message"))
              .contains("waits for GPUs", "minCount");
        });
    assertThat(
            quickstart
                .ranks("{range .items[?(@.spec.nodeName==\"gpu-0\")]}{.metadata.name} {end}")
                .split(" "))
        .hasSize(8);
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=1");
    Eventually.holds(() -> assertThat(quickstart.condition("Ready", "status")).isEqualTo("True"));
    Eventually.holds(
        () ->
            assertThat(
                    quickstart.get(
                        "statefulsets,services,podgroups,secrets", "{.items[*].metadata.name}"))
                .doesNotContain("unified-1", "unified-2"));
    Eventually.holds(() -> assertThat(quickstart.routes()).doesNotContain("unified-1"));
  }

  @Test
  void anEditRestartsTheGroupAsAWhole() throws InterruptedException {
    var before = quickstart.ranks("{.items[*].metadata.uid}").split(" ");
    quickstart.set("/spec/serving/maxBatchTokens", "256");
    Eventually.holds(
        () -> {
          assertThat(quickstart.ranks("{.items[*].metadata.uid}")).doesNotContain(before);
          assertThat(quickstart.condition("Ready", "status")).isEqualTo("True");
        });
  }

  @Test
  void anotherMapIsGivenToTheRanksThatRun() throws InterruptedException {
    var before = quickstart.ranks("{.items[*].metadata.uid}");
    var layers = quickstart.get("expertplacement/small-v3-unified", "{.spec.layers}");
    var first = IntStream.range(0, 32).mapToObj(String::valueOf).collect(joining(",", "[", "]"));
    var turned =
        IntStream.range(0, 32)
            .mapToObj(i -> String.valueOf(31 - i))
            .collect(joining(",", "[", "]"));
    assertThat(layers).startsWith("[" + first);
    quickstart.kubectl(
        "patch",
        "expertplacement/small-v3-unified",
        "--type=merge",
        "-p",
        "{\"spec\":{\"epoch\":2,\"layers\":%s}}".formatted(layers.replace(first, turned)));
    Eventually.holds(
        () -> {
          assertThat(quickstart.get("configmap/small-v3-unified-placement", "{.data}"))
              .contains("epoch\\\":2", turned);
          assertThat(quickstart.get("expertplacement/small-v3-unified", "{.status.observedEpoch}"))
              .isEqualTo("2");
        });
    quickstart.kubectl(
        "patch",
        "expertplacement/small-v3-unified",
        "--type=merge",
        "-p",
        "{\"spec\":{\"epoch\":3,\"weights\":%s}}".formatted(layers.replaceAll("\\d+", "7")));
    Eventually.holds(
        () ->
            assertThat(quickstart.get("configmap/small-v3-unified-placement", "{.data}"))
                .contains("epoch\\\":3", "weights\\\":[[7,7,"));
    Eventually.holds(
        () ->
            assertThat(
                    quickstart.ranks(
                        "{range .items[*]}{.metadata.annotations.guildhall\\.dev/placement-epoch} {end}"))
                .as("a changed pod is looked at by its kubelet at once")
                .isEqualTo("3 3 3 3"));
    quickstart.kubectl("delete", "expertplacement/small-v3-unified");
    Eventually.holds(
        () ->
            assertThat(quickstart.get("configmap/small-v3-unified-placement", "{.data}"))
                .contains("epoch\\\":4", first)
                .doesNotContain("weights"));
    Eventually.holds(() -> assertThat(quickstart.condition("Ready", "status")).isEqualTo("True"));
    assertThat(quickstart.ranks("{.items[*].metadata.uid}")).isEqualTo(before);
  }

  @Test
  void otherRedundancyAndAnotherRoleReplacePlacementAndGroups() throws InterruptedException {
    var layers = quickstart.get("expertplacement/small-v3-unified", "{.spec.layers}");
    quickstart.kubectl(
        "patch",
        "expertplacement/small-v3-unified",
        "--type=merge",
        "-p",
        "{\"spec\":{\"epoch\":2,\"weights\":%s}}".formatted(layers));
    quickstart.set("/spec/roles/0/redundantExperts", "4");
    Eventually.holds(
        () -> {
          assertThat(
                  quickstart.get(
                      "expertplacement/small-v3-unified", "{.spec.epoch} {.status.observedEpoch}"))
              .isEqualTo("3 3");
          assertThat(quickstart.get("expertplacement/small-v3-unified", "{.spec.weights}"))
              .as("weights that somebody else wrote, for other slots")
              .isEmpty();
          assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.plan[0].expertSlotsPerRank}"))
              .isEqualTo("9");
        });
    quickstart.set("/spec/roles/0/redundantExperts", "0");
    Eventually.holds(
        () ->
            assertThat(
                    quickstart.get(
                        "expertplacement/small-v3-unified",
                        "{.spec.epoch} {.status.observedEpoch}"))
                .isEqualTo("4 4"));
    quickstart.set("/spec/roles/0/name", "\"other\"");
    Eventually.holds(
        () -> {
          assertThat(quickstart.get("servingroles,expertplacements", "{.items[*].metadata.name}"))
              .isEqualTo("small-v3-other small-v3-other");
          assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
              .isEqualTo("1/1");
        });
  }

  @Test
  void reportOutsideTheSystemNamespaceIsRefused() throws InterruptedException {
    cluster.apply(Samples.REPORT);
    Eventually.holds(
        () ->
            assertThat(
                    quickstart.get(
                        "costreport/elsewhere",
                        "{.status.conditions[?(@.type=='Stalled')].reason}"))
                .isEqualTo("NamespaceNotAllowed"));
  }

  @Test
  void aWipedStatusIsRebuilt() throws InterruptedException {
    var kinds =
        List.of(
            Quickstart.DEPLOYMENT,
            "servingrole/small-v3-unified",
            "expertplacement/small-v3-unified",
            "gpunodepool/local",
            "tenant/acme",
            "ratecard/standard");
    var before = new HashMap<String, String>();
    for (var what : kinds) {
      Eventually.holds(() -> assertThat(withoutTimes(what)).contains("\"type\":\"Ready\""));
      before.put(what, withoutTimes(what));
    }
    for (var what : kinds) {
      quickstart.kubectl(
          "patch",
          what,
          "--subresource=status",
          "--type=json",
          "-p",
          "[{\"op\":\"remove\",\"path\":\"/status\"}]");
    }
    for (var what : kinds) {
      Eventually.holds(() -> assertThat(withoutTimes(what)).as(what).isEqualTo(before.get(what)));
    }
  }

  @Test
  void aGroupThatWasJustMadeIsNotReadAgain() throws InterruptedException {
    long mark = cluster.auditLog().mark();
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=2");
    Eventually.holds(
        () ->
            assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
                .isEqualTo("2/2"));
    var reads =
        quickstart.operatorEvents(mark).stream()
            .filter(e -> e.verb().equals("get") && e.resource().equals("services"))
            .filter(e -> "small-v3-unified-1".equals(e.name()))
            .map(AuditEvent::at)
            .toList();
    assertThat(reads)
        .as("passes come for every change of every pod, a resync after 45 s")
        .filteredOn(at -> at.isBefore(reads.getFirst().plusSeconds(40)))
        .hasSize(1);
  }

  private String withoutTimes(String what) {
    return quickstart
        .get(what, "{.status}")
        .replaceAll("\"lastTransitionTime\":\"[^\"]*\"", "\"lastTransitionTime\":\"\"");
  }
}
