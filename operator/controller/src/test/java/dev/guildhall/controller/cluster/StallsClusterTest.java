package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What cannot be says which field, why and what would do; what runs is left alone. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class StallsClusterTest {

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
}
