package dev.guildhall.controller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the operator is set up; the chart's values end here as environment variables, see
 * application.properties.
 */
@ConfigMapping(prefix = "guildhall.operator")
public interface OperatorConfig {

  /** Namespace of the operator, gateway and ledger. */
  String systemNamespace();

  /** Image of the rank processes. */
  String engineImage();

  /** Secret in the system namespace that the gateway watches. */
  String routesSecret();

  /** Where the ledger answers; empty: nothing is metered. */
  Optional<String> ledgerUrl();

  /** File with the service-account token of audience guildhall-ledger. */
  Optional<Path> ledgerTokenFile();

  /** How often ranks are asked for the load of their experts. */
  @WithDefault("60s")
  Duration rebalanceWindow();

  /** How often ranks and gateway are asked for what scaling goes by. */
  @WithDefault("15s")
  Duration scalingWindow();

  /** How a group's pods are scheduled together. */
  @WithDefault("auto")
  Gang gang();

  /** Whether replicas elect a leader; off only where there is one process for certain. */
  @WithDefault("true")
  boolean leaderElection();

  /** How a group's pods are scheduled together. */
  enum Gang {
    /** What the API server serves. */
    AUTO,
    /** The scheduler's PodGroup. */
    NATIVE,
    /** Scheduling gates that the operator lifts. */
    GATES
  }
}
