package dev.guildhall.controller.role;

import dev.guildhall.controller.OperatorConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Chooses how gangs are scheduled by what the API server serves. */
@ApplicationScoped
class Gangs {

  private static final Logger LOG = Logger.getLogger(Gangs.class);

  private final KubernetesClient client;
  private final OperatorConfig config;
  private volatile Gang chosen;

  Gangs(KubernetesClient client, OperatorConfig config) {
    this.client = client;
    this.config = config;
  }

  /** The way for this cluster; asked once. */
  synchronized Gang gang() {
    if (chosen == null) {
      chosen = choose();
      LOG.infof("groups are scheduled by %s", chosen.getClass().getSimpleName());
    }
    return chosen;
  }

  private Gang choose() {
    return switch (config.gang()) {
      case NATIVE -> new NativeGang(client);
      case GATES -> new GatedGang(client);
      case AUTO -> servesPodGroups() ? new NativeGang(client) : new GatedGang(client);
    };
  }

  private boolean servesPodGroups() {
    var resources = client.getApiResources(NativeGang.API_VERSION);
    return resources != null
        && resources.getResources().stream().anyMatch(r -> r.getName().equals("podgroups"));
  }
}
