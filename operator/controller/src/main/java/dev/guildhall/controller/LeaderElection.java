package dev.guildhall.controller;

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
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Of several replicas one reconciles: the holder of the Lease. SIGTERM gives the Lease back, so the
 * next one takes over at once; a replica that loses it otherwise ends, because it cannot know what
 * it still has under way.
 */
@Singleton
@LookupIfProperty(name = "guildhall.operator.leader-election", stringValue = "true")
public class LeaderElection extends LeaderElectionConfiguration {

  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final AtomicBoolean STOPPING = new AtomicBoolean();

  @Inject
  LeaderElection(OperatorConfig config) {
    super(
        "guildhall-operator",
        config.systemNamespace(),
        LEASE,
        RENEW,
        RETRY,
        System.getenv("POD_NAME"),
        new LeaderCallbacks(() -> {}, LeaderElection::lost, leader -> {}),
        false);
  }

  void stopping(@Observes @Priority(1) ShutdownEvent event) {
    STOPPING.set(true);
  }

  private static void lost() {
    if (!STOPPING.get()) {
      Quarkus.asyncExit(1);
    }
  }
}
