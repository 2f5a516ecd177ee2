package dev.guildhall.controller.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.crds.GuildhallApi;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class NodeHoldingsTest {

  private static final Map<String, Owner> OWNERS =
      Map.of("team/small", new Owner("acme", "small-v3"));

  private static Node node(int gpus, boolean ready) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName("n")
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .withAllocatable(Map.of("nvidia.com/gpu", new Quantity(String.valueOf(gpus))))
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "Unknown")
        .endCondition()
        .endStatus()
        .build();
  }

  private static Pod pod(String group, int gpus, String phase, boolean ready, String node) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(group + "-0")
        .withNamespace("team")
        .addToLabels(GuildhallApi.DEPLOYMENT_LABEL, "small")
        .addToLabels(GuildhallApi.GROUP_LABEL, group)
        .endMetadata()
        .withNewSpec()
        .withNodeName(node)
        .addNewContainer()
        .withNewResources()
        .addToRequests("nvidia.com/gpu", new Quantity(String.valueOf(gpus)))
        .endResources()
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .endCondition()
        .endStatus()
        .build();
  }

  @Test
  void everyGpuHasOneHolderInOneState() {
    var pods =
        List.of(
            pod("g0", 1, "Running", true, "n"),
            pod("g0", 1, "Running", true, "n"),
            pod("g1", 1, "Pending", false, "n"),
            pod("g1", 1, "Running", false, "n"),
            pod("g2", 4, "Succeeded", false, "n"));
    assertThat(NodeHoldings.of(node(8, true), pods, OWNERS).holdings())
        .extracting(Holding::gpus, Holding::state, Holding::group, Holding::tenant)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(2, "serving", "g0", "acme"),
            org.assertj.core.groups.Tuple.tuple(1, "loading", "g1", "acme"),
            org.assertj.core.groups.Tuple.tuple(1, "warming", "g1", "acme"),
            org.assertj.core.groups.Tuple.tuple(4, "idle", null, null));
  }

  @Test
  void whatNobodyHoldsOnALostNodeIsFailed() {
    assertThat(NodeHoldings.of(node(8, false), List.of(), OWNERS).holdings())
        .containsExactly(Holding.ofNobody(8, "failed"));
  }

  @Provide
  Arbitrary<List<Pod>> pods() {
    return Combinators.combine(
            Arbitraries.of("g0", "g1", "g2"),
            Arbitraries.integers().between(0, 9),
            Arbitraries.of("Pending", "Running", "Succeeded", "Failed"),
            Arbitraries.of(true, false),
            Arbitraries.of("n", "other"))
        .as(NodeHoldingsTest::pod)
        .list()
        .ofMaxSize(12);
  }

  @Property(tries = 200)
  void holdingsAreAnExactPartitionOfTheNode(@ForAll("pods") List<Pod> pods) {
    var view = PoolView.of(List.of(node(8, true)), pods, OWNERS);
    var holdings = view.holdings().getFirst();
    assertThat(holdings.holdings().stream().mapToInt(Holding::gpus).sum())
        .isEqualTo(holdings.gpus());
    assertThat(holdings.gpus()).isGreaterThanOrEqualTo(8);
    assertThat(holdings.holdings()).allMatch(holding -> holding.gpus() > 0).doesNotHaveDuplicates();
    var counts = view.gpuCounts();
    assertThat(counts.held() + counts.free() + counts.unavailable()).isEqualTo(counts.total());
    assertThat(counts.held())
        .isEqualTo(
            pods.stream()
                .filter(pod -> pod.getSpec().getNodeName().equals("n") && GpuPods.isLive(pod))
                .mapToInt(GpuPods::gpus)
                .sum());
  }
}
