package dev.guildhall.controller.pool;

import dev.guildhall.crds.GuildhallApi;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How a node's GPUs are held: every GPU by exactly one holder in exactly one state. What no pod
 * holds is idle, or failed on a node that is not ready.
 *
 * @param node name
 * @param gpus how many the node advertises, or its pods hold where that is more
 * @param holdings who holds them; they add up to {@code gpus}
 */
record NodeHoldings(String node, int gpus, List<Holding> holdings) {

  /**
   * What is held of a node.
   *
   * @param pods those on it
   */
  static NodeHoldings of(Node node, List<Pod> pods, Map<String, Owner> owners) {
    var holdings = new ArrayList<Holding>();
    pods.stream()
        .filter(pod -> GpuPods.wantsGpu(pod) && GpuPods.isLive(pod))
        .map(pod -> holding(pod, owners))
        .forEach(holding -> add(holdings, holding));
    int held = holdings.stream().mapToInt(Holding::gpus).sum();
    int gpus = Math.max(held, GpuNodes.gpus(node));
    if (gpus > held) {
      holdings.add(Holding.ofNobody(gpus - held, GpuNodes.isReady(node) ? "idle" : "failed"));
    }
    holdings.sort(Comparator.comparing(Holding::toString));
    return new NodeHoldings(node.getMetadata().getName(), gpus, List.copyOf(holdings));
  }

  private static void add(List<Holding> holdings, Holding more) {
    Optional<Holding> same = holdings.stream().filter(more::isLike).findFirst();
    same.ifPresent(holdings::remove);
    holdings.add(more.with(more.gpus() + same.map(Holding::gpus).orElse(0)));
  }

  private static Holding holding(Pod pod, Map<String, Owner> owners) {
    var meta = pod.getMetadata();
    var labels = Objects.requireNonNullElse(meta.getLabels(), Map.<String, String>of());
    var deployment = labels.get(GuildhallApi.DEPLOYMENT_LABEL);
    var owner = owners.getOrDefault(meta.getNamespace() + "/" + deployment, new Owner(null, null));
    return new Holding(
        GpuPods.gpus(pod),
        GpuPods.state(pod),
        meta.getNamespace(),
        deployment == null ? meta.getName() : deployment,
        labels.get(GuildhallApi.ROLE_LABEL),
        labels.get(GuildhallApi.GROUP_LABEL),
        owner.tenant(),
        owner.model());
  }
}
