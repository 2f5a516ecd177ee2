package dev.guildhall.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.quarkus.arc.lookup.LookupIfProperty;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Of several replicas one reconciles: the holder of the Lease. SIGTERM gives the Lease back, so the
 * next one takes over at once; a replica that loses it otherwise ends, because it cannot know what
 * it still has under way.
 */
@Singleton
@LookupIfProperty(name = "guildhall.operator.leader-election", stringValue = "true")
public class LeaderElection extends LeaderElectionConfiguration {

  private static final Logger LOG = Logger.getLogger(LeaderElection.class);
  private static final String LEASE = "guildhall-operator";
  private static final Duration LIFE = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final String IDENTITY =
      Objects.requireNonNullElseGet(System.getenv("POD_NAME"), () -> UUID.randomUUID().toString());
  private static final AtomicBoolean STOPPING = new AtomicBoolean();

  private final OperatorConfig config;
  private final KubernetesClient client;

  @Inject
  LeaderElection(OperatorConfig config, KubernetesClient client) {
    super(
        LEASE,
        config.systemNamespace(),
        LIFE,
        RENEW,
        RETRY,
        IDENTITY,
        new LeaderCallbacks(() -> {}, LeaderElection::lost, leader -> {}),
        false);
    this.config = config;
    this.client = client;
  }

  void stopping(@Observes @Priority(1) ShutdownEvent event) {
    STOPPING.set(true);
  }

  /**
   * After the SDK (5.2.1), which stops renewing the Lease but leaves its name in it, and has closed
   * the client.
   */
  void stopped(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) {
    try (var own = new KubernetesClientBuilder().withConfig(client.getConfiguration()).build()) {
      var lease = own.leases().inNamespace(config.systemNamespace()).withName(LEASE).get();
      if (lease != null && IDENTITY.equals(lease.getSpec().getHolderIdentity())) {
        lease.getSpec().setHolderIdentity("");
        own.resource(lease).update();
      }
    } catch (KubernetesClientException e) {
      LOG.infof("the lease is not given back and ends by itself: %s", e.getMessage());
    }
  }

  private static void lost() {
    if (!STOPPING.get()) {
      Quarkus.asyncExit(1);
    }
  }
}
