package dev.guildhall.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** What one controller hears of pods; see {@link PodWatch}. */
final class PodEvents<P extends HasMetadata> extends AbstractEventSource<Pod, P>
    implements ResourceEventHandler<Pod> {

  private final SharedIndexInformer<Pod> informer;
  private final Function<Pod, Set<ResourceID>> primaries;
  private final BiPredicate<Pod, Pod> concerns;

  PodEvents(
      SharedIndexInformer<Pod> informer,
      Function<Pod, Set<ResourceID>> primaries,
      BiPredicate<Pod, Pod> concerns) {
    super(Pod.class);
    this.informer = informer;
    this.primaries = primaries;
    this.concerns = concerns;
  }

  /** Whichever controller comes first starts the watch; each waits until all pods are known. */
  @Override
  public void start() {
    super.start();
    informer.addEventHandler(this);
    informer.start().toCompletableFuture().join();
  }

  @Override
  public void stop() {
    informer.removeEventHandler(this);
    super.stop();
  }

  @Override
  public void onAdd(Pod pod) {
    tell(pod);
  }

  @Override
  public void onUpdate(Pod before, Pod now) {
    if (concerns.test(before, now)) {
      tell(now);
    }
  }

  @Override
  public void onDelete(Pod pod, boolean finalStateUnknown) {
    tell(pod);
  }

  private void tell(Pod pod) {
    primaries.apply(pod).forEach(primary -> getEventHandler().handleEvent(new Event(primary)));
  }

  @Override
  public Set<Pod> getSecondaryResources(P primary) {
    return Set.of();
  }

  @Override
  public Status getStatus() {
    return informer.isRunning() && informer.hasSynced() && informer.isWatching()
        ? Status.HEALTHY
        : Status.UNHEALTHY;
  }
}
