package dev.guildhall.controller.balance;

import dev.guildhall.controller.OperatorConfig;
import dev.guildhall.controller.kube.PodHttp;
import dev.guildhall.controller.kube.Rounds;
import dev.guildhall.controller.role.GroupId;
import dev.guildhall.crds.GuildhallApi;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Asks the ready ranks of the roles that are watched for the load of their experts, once per
 * window, away from reconciliations. What it knows is lost when the operator restarts; then it
 * waits for new windows.
 */
@ApplicationScoped
class ExpertLoads {
  private static final Logger LOG = Logger.getLogger(ExpertLoads.class);

  private final KubernetesClient client;
  private final OperatorConfig config;
  private final RankClient ranks = new RankClient();
  private final Map<RoleKey, LoadHistory> roles = new ConcurrentHashMap<>();
  private final Rounds rounds;

  /** A role of a deployment. */
  record RoleKey(String namespace, String deployment, String role) {}

  ExpertLoads(KubernetesClient client, OperatorConfig config) {
    this.client = client;
    this.config = config;
    rounds = new Rounds("expert-loads", config.rebalanceWindow(), this::look);
  }

  /** What is known of a role, which is watched from now on. */
  LoadHistory of(RoleKey role) {
    rounds.begin(config.rebalanceWindow());
    return roles.computeIfAbsent(role, r -> new LoadHistory());
  }

  /** Forgets the roles of a deployment that is gone or not of this kind any more. */
  void forget(String namespace, String deployment) {
    roles
        .keySet()
        .removeIf(r -> r.namespace().equals(namespace) && r.deployment().equals(deployment));
  }

  private void look() {
    roles.forEach(
        (role, history) -> {
          try {
            history.add(ask(role));
          } catch (RuntimeException e) {
            LOG.warnf("cannot ask the ranks of %s for their experts: %s", role, e.getMessage());
          }
        });
  }

  private Map<String, RankExperts> ask(RoleKey role) {
    var pods =
        client
            .pods()
            .inNamespace(role.namespace())
            .withLabel(GuildhallApi.DEPLOYMENT_LABEL, role.deployment())
            .withLabel(GuildhallApi.ROLE_LABEL, role.role())
            .withLabel("app.kubernetes.io/component", "rank")
            .list()
            .getItems();
    var answers = new ConcurrentHashMap<String, RankExperts>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var pod : pods) {
        if (PodHttp.answers(pod)) {
          var address = PodHttp.address(pod, GroupId.HTTP_PORT);
          threads.submit(
              () ->
                  ranks.ask(address).ifPresent(answer -> answers.put(PodHttp.start(pod), answer)));
        }
      }
    }
    return new HashMap<>(answers);
  }

  @PreDestroy
  void stop() {
    rounds.end();
  }
}
