package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.AuditEvent;
import dev.guildhall.devcluster.Level;
import dev.guildhall.devcluster.Options;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two replicas of the packaged operator: one leads, and what runs outlives them. */
@Tag("cluster")
class ReplicasIT {

  private static final Map<String, PackagedApp> REPLICAS = new TreeMap<>();
  private static Site site;

  @RegisterExtension final Quickstart quickstart = Quickstart.on(() -> site.cluster());

  @BeforeAll
  static void start() throws Exception {
    site = new Site(Options.of(Level.SCHEDULED));
    for (var name : new String[] {"operator-a", "operator-b"}) {
      var settings = new HashMap<>(site.connection());
      settings.put("POD_NAME", name);
      REPLICAS.put(name, new PackagedApp("operator/controller", "/livez", settings));
    }
  }

  @AfterAll
  static void stop() {
    try (var _ = site) {
      REPLICAS.values().forEach(PackagedApp::close);
      assertThat(Rights.denied(site.cluster())).isEmpty();
    }
  }

  @Test
  void whenTheLeaderIsKilledTheOtherTakesOverAndWrites() throws Exception {
    var leader = leader();
    REPLICAS.get(leader).kill();
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=2");
    Eventually.holds(() -> assertThat(leader()).isNotEqualTo(leader));
    Eventually.holds(
        () ->
            assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
                .isEqualTo("2/2"));
    REPLICAS.get(leader).start();
  }

  @Test
  void aLeaderThatIsAskedToEndGivesTheLeaseBack() throws Exception {
    var leader = leader();
    REPLICAS.get(leader).stop();
    assertThat(leader()).as("holder when the leader has ended").isNotEqualTo(leader);
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=2");
    Eventually.holds(
        () ->
            assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
                .isEqualTo("2/2"));
    assertThat(leader()).isNotEmpty().isNotEqualTo(leader);
    assertThat(Rights.used(quickstart.operatorEvents(0))).contains(Rights.GIVE_LEASE_BACK);
    REPLICAS.get(leader).start();
  }

  @Test
  void whenAllReplicasAreReplacedNoPodRestartsAndNothingIsWritten() throws Exception {
    var pods = quickstart.ranks("{.items[*].metadata.uid}");
    var revision = quickstart.get(Quickstart.SET, "{.status.updateRevision}");
    var version = quickstart.get(Quickstart.SET, "{.metadata.generation}");
    REPLICAS.values().forEach(PackagedApp::stop);
    long mark = site.cluster().auditLog().mark();
    for (var replica : REPLICAS.values()) {
      replica.start();
    }
    Eventually.holds(
        () ->
            assertThat(quickstart.operatorEvents(mark))
                .as("passes over the group")
                .filteredOn(e -> e.verb().equals("get") && e.resource().equals("statefulsets"))
                .isNotEmpty());
    quickstart.ready();
    assertThat(quickstart.operatorEvents(mark))
        .filteredOn(AuditEvent::writes)
        .filteredOn(e -> !List.of("leases", "selfsubjectrulesreviews").contains(e.resource()))
        .isEmpty();
    assertThat(quickstart.ranks("{.items[*].metadata.uid}")).isEqualTo(pods);
    assertThat(quickstart.get(Quickstart.SET, "{.status.updateRevision}")).isEqualTo(revision);
    assertThat(quickstart.get(Quickstart.SET, "{.metadata.generation}")).isEqualTo(version);
  }

  private static String leader() {
    return site.cluster()
        .kubectl(
            "-n",
            "guildhall-system",
            "get",
            "lease/guildhall-operator",
            "-o",
            "jsonpath={.spec.holderIdentity}")
        .strip();
  }
}
