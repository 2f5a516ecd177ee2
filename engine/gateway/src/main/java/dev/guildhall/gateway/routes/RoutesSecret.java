package dev.guildhall.gateway.routes;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Routes from one watched Secret. Needs {@code get}, {@code list} and {@code watch} on that one
 * name and nothing else. A deleted Secret leaves the last routes in use: an operator that is being
 * replaced must not take the service down.
 */
final class RoutesSecret implements ResourceEventHandler<Secret>, AutoCloseable {

  private static final Logger LOG = Logger.getLogger(RoutesSecret.class);

  private final Routes routes;
  private final SharedIndexInformer<Secret> informer;

  RoutesSecret(KubernetesClient client, String namespace, String name, Routes routes) {
    this.routes = routes;
    this.informer = client.secrets().inNamespace(namespace).withName(name).runnableInformer(0);
    informer.addEventHandler(this);
    // The API server may be away when the gateway starts, or for hours: never give up.
    informer.exceptionHandler((started, problem) -> true);
  }

  void start() {
    informer.start();
  }

  @Override
  public void onAdd(Secret secret) {
    Map<String, byte[]> files = new HashMap<>();
    if (secret.getData() != null) {
      secret.getData().forEach((key, value) -> files.put(key, Base64.getDecoder().decode(value)));
    }
    routes.offer(files);
  }

  @Override
  public void onUpdate(Secret before, Secret after) {
    if (!java.util.Objects.equals(before.getData(), after.getData())) {
      onAdd(after);
    }
  }

  @Override
  public void onDelete(Secret secret, boolean finalStateUnknown) {
    LOG.warnf(
        "routes Secret %s was deleted; its last contents stay in use",
        secret.getMetadata().getName());
  }

  @Override
  public void close() {
    informer.close();
  }
}
