package dev.guildhall.controller.pool;

import dev.guildhall.controller.kube.PodWatch;
import dev.guildhall.crds.GpuNodePool;
import dev.guildhall.crds.ModelDeployment;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the watches know of nodes, of pods and of who owns deployments. A change of what matters to
 * a pool brings a pass over every pool.
 */
final class PoolSources {

  private final InformerEventSource<Node, GpuNodePool> nodes;
  private final PodWatch pods;
  private final EventSource<Pod, GpuNodePool> podEvents;
  private final InformerEventSource<ModelDeployment, GpuNodePool> deployments;

  PoolSources(EventSourceContext<GpuNodePool> context, PodWatch pods) {
    this.pods = pods;
    nodes =
        new InformerEventSource<>(
            of(Node.class, context)
                .withOnUpdateFilter(
                    (now, before) -> !NodeFacts.of(now).equals(NodeFacts.of(before)))
                .build(),
            context);
    podEvents =
        pods.source(
            pod -> GpuPods.wantsGpu(pod) ? pools(context) : Set.of(),
            (before, now) -> !PodFacts.of(now).equals(PodFacts.of(before)));
    deployments =
        new InformerEventSource<>(
            of(ModelDeployment.class, context)
                .withOnUpdateFilter((now, before) -> !Owner.of(now).equals(Owner.of(before)))
                .build(),
            context);
  }

  private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> of(
      Class<R> type, EventSourceContext<GpuNodePool> context) {
    return InformerEventSourceConfiguration.from(type, GpuNodePool.class)
        .withSecondaryToPrimaryMapper(_ -> pools(context))
        .withPrimaryToSecondaryMapper((GpuNodePool pool) -> Set.of());
  }

  private static Set<ResourceID> pools(EventSourceContext<GpuNodePool> context) {
    return context
        .getPrimaryCache()
        .list()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  List<EventSource<?, GpuNodePool>> all() {
    return List.of(nodes, podEvents, deployments);
  }

  /** Nodes that have all these labels. */
  List<Node> nodes(Map<String, String> selector) {
    return nodes.list(node -> labels(node).entrySet().containsAll(selector.entrySet())).toList();
  }

  List<Pod> pods() {
    return pods.all();
  }

  /** Who owns each deployment, by NAMESPACE/NAME. */
  Map<String, Owner> owners() {
    return deployments
        .list()
        .collect(
            Collectors.toMap(
                d -> d.getMetadata().getNamespace() + "/" + d.getMetadata().getName(), Owner::of));
  }

  static Map<String, String> labels(HasMetadata object) {
    return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
  }

  /** What of a node matters here; heartbeats do not. */
  private record NodeFacts(Map<String, String> labels, int gpus, boolean ready, boolean cordoned) {
    static NodeFacts of(Node node) {
      return new NodeFacts(
          PoolSources.labels(node),
          GpuNodes.gpus(node),
          GpuNodes.isReady(node),
          GpuNodes.isCordoned(node));
    }
  }

  /** What of a pod matters here. */
  private record PodFacts(String node, String state, boolean live) {
    static PodFacts of(Pod pod) {
      return new PodFacts(pod.getSpec().getNodeName(), GpuPods.state(pod), GpuPods.isLive(pod));
    }
  }
}
