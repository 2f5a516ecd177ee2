package dev.guildhall.gateway;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Every setting of the gateway; the names are the method names in kebab case below {@code
 * guildhall.gateway}.
 */
@ConfigMapping(prefix = "guildhall.gateway")
public interface GatewayConfig {

  /**
   * Where routes come from: {@code file:PATH} (re-read when it changes) or {@code
   * secret:NAMESPACE/NAME} (watched).
   */
  String routes();

  /** The metering service. */
  Ledger ledger();

  /** Folder of the durable usage spool; must survive a restart of the process. */
  @WithDefault(".state/gateway-spool")
  Path spoolDir();

  /** What a caller may ask for at most. */
  Limits limits();

  /** How long things may take. */
  Timeouts timeouts();

  /** Settings of the metering service. */
  interface Ledger {
    /**
     * Base address, for instance {@code http://guildhall-ledger}; absent: nothing is metered or
     * billed.
     */
    Optional<String> url();

    /** File with the bearer token for the ledger; read again when it changes. */
    Optional<Path> tokenFile();

    /** What happens to new requests while the ledger cannot be reached. */
    @WithDefault("closed")
    WhenDown whenDown();

    /** How long a reservation is tried before the ledger counts as down. */
    @WithDefault("5s")
    Duration grace();

    /** How long a response waits for its charge, once its usage is safe on disk. */
    @WithDefault("300ms")
    Duration chargeWait();
  }

  /** What happens to new requests while the ledger cannot be reached. */
  enum WhenDown {
    /** They are refused with 503: budgets hold. */
    CLOSED,
    /**
     * They run without a reservation, bounded by the tenant's token rate; their usage is committed
     * later.
     */
    OPEN
  }

  /** Bounds on requests. */
  interface Limits {
    /** Largest request body, bytes. */
    @WithDefault("4194304")
    int bodyBytes();

    /** Most requests worked on at once, of all tenants. */
    @WithDefault("2048")
    int requests();

    /** Most requests that wait for a first rank of their model. */
    @WithDefault("512")
    int waiting();

    /** Largest {@code n}. */
    @WithDefault("8")
    int choices();

    /** Most prompts in one completions request. */
    @WithDefault("32")
    int prompts();
  }

  /** Bounds on time. */
  interface Timeouts {
    /** From the end of a request's head to the last byte of its body. */
    @WithDefault("30s")
    Duration body();

    /** From sending a request to a rank until its prompt has been processed. */
    @WithDefault("120s")
    Duration queue();

    /**
     * Between two messages of a running generation, and between two writes to a client that reads
     * slowly.
     */
    @WithDefault("60s")
    Duration idle();

    /** How long a request waits for the first group of a model that sleeps. */
    @WithDefault("5m")
    Duration wake();

    /** How long a request waits while no rank of its model answers. */
    @WithDefault("20s")
    Duration heal();

    /** The whole request. */
    @WithDefault("15m")
    Duration request();

    /** What running requests get to end when the process is told to stop. */
    @WithDefault("25s")
    Duration drain();

    /** Between two comments that keep a quiet stream open. */
    @WithDefault("10s")
    Duration heartbeat();
  }
}
