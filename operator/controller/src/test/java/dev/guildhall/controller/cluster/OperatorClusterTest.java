package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.AuditEvent;
import dev.guildhall.devcluster.DevCluster;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A ModelDeployment's life on a real control plane. */
@Tag("cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class OperatorClusterTest {

  private final DevCluster cluster = OperatorCluster.cluster();

  @BeforeEach
  void quickstart() throws IOException, InterruptedException {
    cluster.apply(Samples.POOL);
    cluster.apply(
        Files.readString(OperatorCluster.ROOT.resolve("manifests/samples/quickstart.yaml")));
    cluster.kubectl(
        "-n",
        "quickstart",
        "wait",
        "modeldeployment/small-v3",
        "--for=condition=Ready",
        "--timeout=90s");
  }

  @AfterEach
  void deletionLeavesNothingBehind() throws InterruptedException {
    cluster.kubectl("-n", "quickstart", "delete", "modeldeployment", "--all", "--timeout=30s");
    Eventually.holds(
        () ->
            assertThat(
                    cluster.kubectl(
                        "-n",
                        "quickstart",
                        "get",
                        "-l",
                        "app.kubernetes.io/managed-by=guildhall",
                        "-o",
                        "name",
                        "servingroles,expertplacements,statefulsets,services,configmaps,secrets,jobs,pods,podgroups,networkpolicies,pdb"))
                .isBlank());
  }

  @Test
  void quickstartIsReadyAndAPassOverItWritesNothing() throws InterruptedException {
    assertThat(
            get(
                "modeldeployment/small-v3",
                "{.status.readyGroups} {.status.gpus} {.status.plan[0].expertSlotsPerRank}"))
        .isEqualTo("1/1 4 8");
    assertThat(get("podgroup/small-v3-unified-0", "{.spec.schedulingPolicy.gang.minCount}"))
        .isEqualTo("4");
    assertThat(get("pods", "{range .items[*]}{.spec.schedulingGroup.podGroupName} {end}"))
        .contains("small-v3-unified-0");
    assertThat(routes())
        .contains(
            "small-v3-unified-0-3.small-v3-unified-0.quickstart.svc:9000",
            "\"id\":\"acme/default\"");
    Thread.sleep(2000);
    long mark = cluster.auditLog().mark();
    cluster.kubectl(
        "-n", "quickstart", "annotate", "statefulset/small-v3-unified-0", "someone/else=1");
    cluster.kubectl(
        "-n", "quickstart", "annotate", "servingrole/small-v3-unified", "someone/else=1");
    Thread.sleep(65_000);
    assertThat(
            operatorEvents(mark).stream()
                .filter(AuditEvent::writes)
                .filter(e -> !e.resource().equals("leases")))
        .as("a pass over an unchanged resource writes nothing")
        .isEmpty();
    assertThat(operatorEvents(mark))
        .as("but there was a pass")
        .anyMatch(e -> e.verb().equals("get") && e.resource().equals("services"));
    assertThat(get("statefulset/small-v3-unified-0", "{.metadata.annotations.someone/else}"))
        .isEqualTo("1");
  }

  @Test
  void scalingIsTheServingRolesAndAGangThatDoesNotFitHoldsNoGpu() throws InterruptedException {
    cluster.kubectl("-n", "quickstart", "scale", "servingrole/small-v3-unified", "--replicas=3");
    Eventually.holds(
        () -> {
          assertThat(get("modeldeployment/small-v3", "{.status.readyGroups}")).isEqualTo("2/3");
          assertThat(
                  get(
                      "modeldeployment/small-v3",
                      "{.status.conditions[?(@.type=='Ready')].message}"))
              .contains("waits for GPUs", "minCount");
        });
    assertThat(
            ranks("{range .items[?(@.spec.nodeName==\"gpu-0\")]}{.metadata.name} {end}").split(" "))
        .hasSize(8);
    cluster.kubectl("-n", "quickstart", "scale", "servingrole/small-v3-unified", "--replicas=1");
    Eventually.holds(
        () ->
            assertThat(
                    get(
                        "modeldeployment/small-v3",
                        "{.status.conditions[?(@.type=='Ready')].status}"))
                .isEqualTo("True"));
    Eventually.holds(
        () ->
            assertThat(get("statefulsets,services,podgroups,secrets", "{.items[*].metadata.name}"))
                .doesNotContain("unified-1", "unified-2"));
    assertThat(routes()).doesNotContain("unified-1");
  }

  @Test
  void planThatDoesNotFitStallsWithFieldNumberAndNearestPlanAndLeavesTheGroupsAlone()
      throws InterruptedException {
    var before = get("statefulset/small-v3-unified-0", "{.metadata.generation}");
    cluster.kubectl(
        "-n",
        "quickstart",
        "patch",
        "modeldeployment/small-v3",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"/spec/roles/0/ranksPerGroup\",\"value\":5}]");
    stalled(
        "PlanInfeasible",
        "spec.roles[0].ranksPerGroup",
        "32 slots do not divide over 5 ranks",
        "Nearest plan that fits: ranksPerGroup 5, redundantExperts 3");
    assertThat(get("statefulset/small-v3-unified-0", "{.metadata.generation}")).isEqualTo(before);
    assertThat(get("modeldeployment/small-v3", "{.status.readyGroups}")).isEqualTo("1/1");
  }

  @Test
  void unknownPoolAndTenantStallWithTheField() throws InterruptedException {
    set("/spec/pool", "nowhere");
    stalled("PoolNotFound", "spec.pool", "nowhere", "local");
    set("/spec/pool", "local");
    set("/spec/tenant", "nobody");
    stalled("TenantNotFound", "spec.tenant", "nobody");
    set("/spec/tenant", "acme");
    cluster.kubectl(
        "-n",
        "quickstart",
        "wait",
        "modeldeployment/small-v3",
        "--for=condition=Ready",
        "--timeout=60s");
  }

  @Test
  void anEditRestartsTheGroupAsAWhole() throws InterruptedException {
    var before = ranks("{.items[*].metadata.uid}").split(" ");
    cluster.kubectl(
        "-n",
        "quickstart",
        "patch",
        "modeldeployment/small-v3",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"/spec/serving/maxBatchTokens\",\"value\":256}]");
    Eventually.holds(
        () -> {
          assertThat(ranks("{.items[*].metadata.uid}")).doesNotContain(before);
          assertThat(
                  get(
                      "modeldeployment/small-v3",
                      "{.status.conditions[?(@.type=='Ready')].status}"))
              .isEqualTo("True");
        });
  }

  @Test
  void otherRedundancyAndAnotherRoleReplacePlacementAndGroups() throws InterruptedException {
    cluster.kubectl(
        "-n",
        "quickstart",
        "patch",
        "modeldeployment/small-v3",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"/spec/roles/0/redundantExperts\",\"value\":4}]");
    Eventually.holds(
        () -> {
          assertThat(
                  get("expertplacement/small-v3-unified", "{.spec.epoch} {.status.observedEpoch}"))
              .isEqualTo("2 2");
          assertThat(get("modeldeployment/small-v3", "{.status.plan[0].expertSlotsPerRank}"))
              .isEqualTo("9");
        });
    set("/spec/roles/0/name", "other");
    Eventually.holds(
        () -> {
          assertThat(get("servingroles,expertplacements", "{.items[*].metadata.name}"))
              .isEqualTo("small-v3-other small-v3-other");
          assertThat(get("modeldeployment/small-v3", "{.status.readyGroups}")).isEqualTo("1/1");
        });
  }

  @Test
  void reportOutsideTheSystemNamespaceIsRefused() throws InterruptedException {
    cluster.apply(Samples.REPORT);
    Eventually.holds(
        () ->
            assertThat(
                    get(
                        "costreport/elsewhere",
                        "{.status.conditions[?(@.type=='Stalled')].reason}"))
                .isEqualTo("NamespaceNotAllowed"));
  }

  /**
   * Runs last: over all the tests, the operator was refused nothing, and every right was of use.
   */
  @Test
  @Order(Integer.MAX_VALUE)
  void rightsAreThoseThatAreUsed() throws IOException {
    var events = operatorEvents(0);
    assertThat(events.stream().filter(AuditEvent::denied)).as("used, but not granted").isEmpty();
    var unused = Rights.granted();
    unused.removeAll(Rights.used(events));
    unused.removeAll(Rights.USED_ELSEWHERE);
    assertThat(unused).as("granted, but not used").isEmpty();
  }

  private void set(String path, String value) {
    cluster.kubectl(
        "-n",
        "quickstart",
        "patch",
        "modeldeployment/small-v3",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"%s\",\"value\":\"%s\"}]".formatted(path, value));
  }

  private void stalled(String reason, String... words) throws InterruptedException {
    Eventually.holds(
        () -> {
          assertThat(
                  get(
                      "modeldeployment/small-v3",
                      "{.status.conditions[?(@.type=='Stalled')].reason}"))
              .isEqualTo(reason);
          assertThat(
                  get(
                      "modeldeployment/small-v3",
                      "{.status.conditions[?(@.type=='Stalled')].message}"))
              .contains(words);
          assertThat(get("modeldeployment/small-v3", "{.status.observedGeneration}"))
              .isEqualTo(get("modeldeployment/small-v3", "{.metadata.generation}"));
        });
  }

  private String routes() {
    var data =
        cluster.kubectl(
            "-n",
            "guildhall-system",
            "get",
            "secret",
            "guildhall-gateway-routes",
            "-o",
            "jsonpath={.data.gateway\\.json}");
    return new String(
        java.util.Base64.getDecoder().decode(data), java.nio.charset.StandardCharsets.UTF_8);
  }

  private String ranks(String path) {
    return cluster
        .kubectl(
            "-n",
            "quickstart",
            "get",
            "pods",
            "-l",
            "app.kubernetes.io/component=rank",
            "-o",
            "jsonpath=" + path)
        .strip();
  }

  private String get(String what, String path) {
    return cluster.kubectl("-n", "quickstart", "get", what, "-o", "jsonpath=" + path).strip();
  }

  private List<AuditEvent> operatorEvents(long mark) {
    return cluster.auditLog().since(mark).stream()
        .filter(event -> event.user().equals(OperatorCluster.OPERATOR))
        .toList();
  }
}
