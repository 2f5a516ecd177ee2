package dev.guildhall.controller;

import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.quarkus.arc.lookup.LookupIfProperty;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Of several replicas one reconciles: the holder of the Lease. SIGTERM gives the Lease back, so the
 * next one takes over at once.
 */
@Singleton
@LookupIfProperty(name = "guildhall.operator.leader-election", stringValue = "true")
public class LeaderElection extends LeaderElectionConfiguration {

  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);

  @Inject
  LeaderElection(OperatorConfig config) {
    super(
        "guildhall-operator",
        config.systemNamespace(),
        LEASE,
        RENEW,
        RETRY,
        System.getenv("POD_NAME"),
        null,
        true);
  }
}
