package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What cannot be says which field, why and what would do; what runs is left alone. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class StallsClusterTest {

  private static final String SECOND =
      """
      apiVersion: guildhall.dev/v1alpha1
      kind: ModelDeployment
      metadata: {name: second, namespace: quickstart}
      spec:
        model: {name: small-v3, source: {image: "guildhall.dev/models/small-v3:1"}}
        backend: cpu
        pool: local
        tenant: acme
        roles: [{name: unified, kind: Unified, ranksPerGroup: 4, groups: 1, redundantExperts: 0}]
        serving: {maxContextTokens: 2048, cacheTokensPerRank: 16384, maxBatchTokens: 512, drainSeconds: 30}
      """;

  @RegisterExtension final Quickstart quickstart = Quickstart.on(OperatorCluster::cluster);

  @Test
  void expertsThatDoNotDivideOverTheRanksStallAndTheGroupsStay() throws InterruptedException {
    var before = quickstart.get(Quickstart.SET, "{.metadata.generation}");
    quickstart.set("/spec/roles/0/ranksPerGroup", "5");
    quickstart.stalled(
        "PlanInfeasible",
        "spec.roles[0].ranksPerGroup",
        "32 slots do not divide over 5 ranks",
        "Nearest plan that fits: ranksPerGroup 5, redundantExperts 3");
    assertThat(quickstart.get(Quickstart.SET, "{.metadata.generation}")).isEqualTo(before);
    assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}")).isEqualTo("1/1");
  }

  @Test
  void redundantExpertsThatDoNotDivideOverTheRanksStall() throws InterruptedException {
    quickstart.set(
        "/spec/slo", "{\"firstTokenMillis\":1000,\"tokenMillis\":100,\"percentile\":95}");
    quickstart.set(
        "/spec/roles/0/scaling",
        "{\"owner\":\"Operator\",\"minGroups\":1,\"maxGroups\":1,\"maxRedundantExperts\":6}");
    quickstart.stalled(
        "PlanInfeasible",
        "spec.roles[0].scaling.maxRedundantExperts",
        "6 more than redundantExperts do not divide over 4 ranks");
    assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}")).isEqualTo("1/1");
  }

  @Test
  void unknownPoolStallsWithThoseThatAreThere() throws InterruptedException {
    quickstart.set("/spec/pool", "\"nowhere\"");
    quickstart.stalled("PoolNotFound", "spec.pool", "nowhere", "local");
    quickstart.set("/spec/pool", "\"local\"");
    quickstart.ready();
  }

  @Test
  void unknownTenantStalls() throws InterruptedException {
    quickstart.set("/spec/tenant", "\"nobody\"");
    quickstart.stalled("TenantNotFound", "spec.tenant", "nobody");
    quickstart.set("/spec/tenant", "\"acme\"");
    quickstart.ready();
  }

  @Test
  void namespaceThatTheTenantDoesNotListStalls() throws InterruptedException {
    OperatorCluster.cluster()
        .kubectl(
            "patch",
            "tenant/acme",
            "--type=merge",
            "-p",
            "{\"spec\":{\"namespaces\":[\"team\"],\"apiKeys\":[]}}");
    quickstart.stalled(
        "TenantNotAllowed",
        "spec.tenant",
        "namespace quickstart is not among the namespaces of Tenant acme; add it there");
    assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}")).isEqualTo("1/1");
  }

  @Test
  void modelNameThatIsTakenStallsWithWhoHasIt() throws InterruptedException {
    Eventually.holds(
        () ->
            assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.metadata.creationTimestamp}"))
                .isLessThan(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
    OperatorCluster.cluster().apply(SECOND);
    quickstart.stalledAt(
        "modeldeployment/second",
        "ModelNameTaken",
        "spec.model.name: small-v3 is served by ModelDeployment quickstart/small-v3; choose another");
    assertThat(quickstart.condition("Ready", "status")).isEqualTo("True");
    assertThat(quickstart.get("servingroles", "{.items[*].metadata.name}"))
        .isEqualTo("small-v3-unified");
  }

  @Test
  void backendThatThePoolLacksStalls() throws InterruptedException {
    quickstart.set("/spec/backend", "\"cuda\"");
    quickstart.stalled(
        "BackendNotOnPool",
        "spec.backend: cuda needs real GPUs, but pool local is cpu-simulated; set backend to cpu");
  }

  @Test
  void folderThatIsNoModelStallsInTheWordsOfTheInspectionAndTakesNoGpu()
      throws InterruptedException {
    quickstart.kubectl("delete", Quickstart.DEPLOYMENT, "--timeout=30s");
    OperatorCluster.cluster().apply(SECOND.replace("models/small-v3:1", FakeKubelet.BROKEN_MODEL));
    quickstart.stalledAt(
        "modeldeployment/second",
        "ModelInvalid",
        "spec.model.source: " + FakeKubelet.COMPLAINT,
        "delete Job");
    assertThat(quickstart.ranks("{.items[*].metadata.name}")).isEmpty();
  }

  @Test
  void moreRanksThanGpusStallWithTheNearestPlan() throws InterruptedException {
    quickstart.set("/spec/roles/0/ranksPerGroup", "16");
    quickstart.stalled(
        "PlanInfeasible",
        "spec.roles[0].ranksPerGroup: 16 ranks take 16 GPUs, but the pool has 8",
        "Nearest plan that fits: ranksPerGroup 8, redundantExperts 0");
  }

  @Test
  void cacheThatDoesNotFitStallsWithBytesAndTheNearestPlan() throws InterruptedException {
    quickstart.set("/spec/serving/cacheTokensPerRank", "1000000000");
    quickstart.stalled(
        "PlanInfeasible",
        "spec.roles[0].ranksPerGroup: a rank needs",
        "cache of 1000000000 tokens",
        "but a GPU of the pool has",
        "Nearest plan that fits: ranksPerGroup 4, redundantExperts 0, maxContextTokens 2048");
    assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}")).isEqualTo("1/1");
  }
}
