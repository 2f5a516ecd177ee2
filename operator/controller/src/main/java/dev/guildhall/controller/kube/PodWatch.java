package dev.guildhall.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The one watch of all pods. While hundreds start, reading what the API server tells of them is
 * most of the operator's work: with a watch for each controller it would be done twice.
 */
@ApplicationScoped
public class PodWatch {

  private static final Logger LOG = Logger.getLogger(PodWatch.class);
  private static final String OWNER = "owner";

  private final SharedIndexInformer<Pod> informer;

  PodWatch(KubernetesClient client) {
    informer = client.pods().inAnyNamespace().runnableInformer(0);
    informer.addIndexers(Map.of(OWNER, PodWatch::owners));
    // The API server may be away when the operator starts, or for hours: never give up.
    informer.exceptionHandler(
        (_, problem) -> {
          LOG.warnf("pods cannot be watched, asking again: %s", problem.getMessage());
          return true;
        });
  }

  private static List<String> owners(Pod pod) {
    return pod.getMetadata().getOwnerReferences().stream().map(OwnerReference::getUid).toList();
  }

  /**
   * Events for the primaries that pods belong to. A controller does not start before all pods are
   * known. Pods are not among its context's secondary resources, which are a set: a deep hash of
   * each pod at every pass.
   *
   * @param primaries whom a change of a pod concerns
   * @param concerns whether what a pod was before and what it is now differ for them
   */
  public <P extends HasMetadata> EventSource<Pod, P> source(
      Function<Pod, Set<ResourceID>> primaries, BiPredicate<Pod, Pod> concerns) {
    return new PodEvents<>(informer, primaries, concerns);
  }

  /** Pods that have this owner. */
  public List<Pod> ownedBy(HasMetadata owner) {
    return informer.getIndexer().byIndex(OWNER, owner.getMetadata().getUid());
  }

  /** The pods of all namespaces. */
  public List<Pod> all() {
    return informer.getIndexer().list();
  }

  @PreDestroy
  void stop() {
    informer.stop();
  }
}
