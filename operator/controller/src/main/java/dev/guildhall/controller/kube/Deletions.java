package dev.guildhall.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Tells of resources that are gone. A pass over them never comes: the Quarkus extension (7.4.0)
 * does not hand {@code triggerReconcilerOnAllEvents} on to the SDK, and a finalizer would keep
 * users waiting for an operator that may be gone itself. What is missed while no operator runs must
 * follow from what is there.
 */
public final class Deletions<R extends HasMetadata> implements ResourceEventHandler<R> {

  private static final Logger LOG = Logger.getLogger(Deletions.class);

  private final Consumer<R> gone;
  private volatile boolean leading;

  private Deletions(Consumer<R> gone) {
    this.gone = gone;
  }

  /** Begins to watch a kind in all namespaces. */
  public static <R extends HasMetadata> Deletions<R> of(
      KubernetesClient client, Class<R> type, Consumer<R> gone) {
    var deletions = new Deletions<R>(gone);
    client.resources(type).inAnyNamespace().inform(deletions);
    return deletions;
  }

  /** To be called in each pass: only the replica that makes passes acts on deletions. */
  public void leading() {
    leading = true;
  }

  @Override
  public void onDelete(R resource, boolean finalStateUnknown) {
    if (leading) {
      try {
        gone.accept(resource);
      } catch (RuntimeException e) {
        LOG.warnf(
            "%s %s is gone: %s",
            resource.getKind(), resource.getMetadata().getName(), e.getMessage());
      }
    }
  }

  @Override
  public void onAdd(R resource) {
    // passes come for what is there
  }

  @Override
  public void onUpdate(R before, R now) {
    // passes come for what is there
  }
}
