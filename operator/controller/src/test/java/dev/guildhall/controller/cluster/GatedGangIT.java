package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.Level;
import dev.guildhall.devcluster.Options;
import java.util.HashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Gangs where the API server serves no PodGroup: scheduling gates, lifted all or none. */
@Tag("cluster")
class GatedGangIT {

  private static Site site;
  private static PackagedApp operator;

  @RegisterExtension
  final Quickstart quickstart = Quickstart.withoutPodGroups(() -> site.cluster());

  @BeforeAll
  static void start() throws Exception {
    site = new Site(Options.of(Level.SCHEDULED).withoutNativeGangs());
    var settings = new HashMap<>(site.connection());
    settings.put("guildhall.operator.leader-election", "false");
    operator = new PackagedApp("operator/controller", "/livez", settings);
  }

  @AfterAll
  static void stop() {
    try (var _ = site;
        var _ = operator) {
      assertThat(Rights.denied(site.cluster())).isEmpty();
    }
  }

  @Test
  void aGangThatFitsIsBoundAsAWholeAndOneThatDoesNotHoldsNoGpu() throws InterruptedException {
    assertThat(site.cluster().kubectl("api-resources")).doesNotContain("podgroups");
    assertThat(bound()).hasSize(4);
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=3");
    Eventually.holds(
        () -> {
          assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
              .isEqualTo("2/3");
          assertThat(quickstart.condition("Ready", "message"))
              .contains("waits for GPUs", "too few free GPUs for the whole group");
        });
    assertThat(bound()).hasSize(8);
    // Whichever of the new groups had all of its pods first was let in; the other waits whole.
    var waiting = gated();
    assertThat(waiting).hasSize(4);
    assertThat(Stream.of(waiting).map(GatedGangIT::group))
        .containsOnly(group(waiting[0]))
        .doesNotContain("small-v3-unified-0");
    // All gates are lifted again once there is room.
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=0");
    Eventually.holds(() -> assertThat(quickstart.ranks("{.items[*].metadata.name}")).isEmpty());
    quickstart.kubectl("scale", "servingrole/small-v3-unified", "--replicas=2");
    Eventually.holds(
        () -> {
          assertThat(bound()).hasSize(8);
          assertThat(quickstart.condition("Ready", "status")).isEqualTo("True");
        });
    assertThat(Rights.used(quickstart.operatorEvents(0))).contains(Rights.LIFT_GATES);
  }

  private static String group(String pod) {
    return pod.substring(0, pod.lastIndexOf('-'));
  }

  private String[] bound() {
    return quickstart
        .ranks("{range .items[?(@.spec.nodeName==\"gpu-0\")]}{.metadata.name} {end}")
        .split(" ");
  }

  private String[] gated() {
    return quickstart
        .ranks("{range .items[?(@.spec.schedulingGates)]}{.metadata.name} {end}")
        .split(" ");
  }
}
