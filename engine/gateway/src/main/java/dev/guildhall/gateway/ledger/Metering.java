package dev.guildhall.gateway.ledger;

import dev.guildhall.gateway.GatewayConfig;
import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.api.ApiException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Reserve before, commit after. Without a ledger address nothing is metered. See the module's
 * README for what can be overrun and lost, and by how much at most.
 */
@Startup
@Singleton
public final class Metering {

  private static final Logger LOG = Logger.getLogger(Metering.class);
  private static final long RETRY_MILLIS = 200;
  private static final int RELEASE_ATTEMPTS = 4;
  private static final long FLUSH_SECONDS = 5;
  private static final long DISK_SECONDS = 5;

  private final GatewayConfig.Ledger config;
  private final GatewayMetrics metrics;
  private final LedgerClient client;
  private final Spool spool;
  private final Committer committer;

  @Inject
  Metering(GatewayConfig config, GatewayMetrics metrics) throws IOException {
    this.config = config.ledger();
    this.metrics = metrics;
    if (this.config.url().isEmpty()) {
      LOG.warn("guildhall.gateway.ledger.url is not set: usage is neither metered nor billed");
      client = null;
      spool = null;
      committer = null;
      return;
    }
    client = new LedgerClient(this.config.url().get(), this.config.tokenFile(), metrics);
    spool = new Spool(config.spoolDir());
    committer = new Committer(client, spool);
    if (!spool.found().isEmpty()) {
      LOG.infof("%d usage events from before are being committed", spool.found().size());
    }
  }

  Metering(GatewayConfig.Ledger config, GatewayMetrics metrics, LedgerClient client, Spool spool) {
    this.config = config;
    this.metrics = metrics;
    this.client = client;
    this.spool = spool;
    committer = new Committer(client, spool);
  }

  /** Whether usage can be kept. */
  public boolean healthy() {
    return spool == null || spool.healthy();
  }

  /** Usage events that the ledger has not confirmed. */
  public int pending() {
    return committer == null ? 0 : committer.pending();
  }

  /** Updates the gauges that are read rather than counted. */
  public void report() {
    metrics.set(GatewayMetrics.SPOOL_PENDING, pending());
    metrics.set(GatewayMetrics.SPOOL_OLDEST, committer == null ? 0 : committer.oldestSeconds());
  }

  /**
   * Holds a part of the tenant's budget.
   *
   * @param empty the event that will say what was used, with nothing used yet
   * @throws ApiException 429 {@code insufficient_quota} when the budget does not allow it, 503 when
   *     the ledger cannot be asked
   */
  public void reserve(Reservation reservation, UsageEvent empty) {
    if (client == null) {
      return;
    }
    if (!spool.healthy()) {
      throw noSpool(reservation);
    }
    LedgerClient.Answer answer = ask(reservation);
    if (answer == null && config.whenDown() == GatewayConfig.WhenDown.CLOSED) {
      throw refuse(
          reservation,
          "ledger_down",
          ApiException.unavailable(
              "ledger_unavailable", "Budgets cannot be checked at the moment.", 5));
    }
    if (answer != null && answer.status() == 402) {
      throw refuse(
          reservation,
          "budget",
          ApiException.quota(
              "The budget of this month does not allow a request of this size. Lower max_tokens, or ask for a larger budget."));
    }
    if (!written(spool.open(empty))) {
      release(reservation.id());
      throw noSpool(reservation);
    }
  }

  private ApiException noSpool(Reservation reservation) {
    return refuse(
        reservation,
        "ledger_down",
        ApiException.unavailable(
            "spool_unavailable", "Usage cannot be recorded at the moment.", 5));
  }

  /** Whether a record is written, in bounded time: a disk that hangs must hang no request. */
  private static boolean written(CompletableFuture<Void> record) {
    try {
      record.get(DISK_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  /** Notes what a running request has used, in case this process dies. */
  public void progress(UsageEvent soFar) {
    if (spool != null) {
      spool.progress(soFar);
    }
  }

  /**
   * Settles a request. The usage is on the disk when this returns, unless the disk has refused it
   * for seconds: then it is on its way to the ledger, and is written when the disk is back.
   *
   * @return completes with the charge once the ledger has confirmed it, which may be after days
   */
  public CompletableFuture<Optional<Charge>> commit(UsageEvent usage) {
    metrics.count(
        GatewayMetrics.TOKENS,
        usage.promptTokens() - usage.cachedTokens(),
        usage.model(),
        usage.tenant(),
        "input");
    metrics.count(
        GatewayMetrics.TOKENS, usage.cachedTokens(), usage.model(), usage.tenant(), "cached_input");
    metrics.count(
        GatewayMetrics.TOKENS, usage.completionTokens(), usage.model(), usage.tenant(), "output");
    if (spool == null) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    if (!written(spool.usage(usage))) {
      LOG.errorf("usage event %s is not on the disk yet, it goes to the ledger first", usage.id());
    }
    return committer.submit(usage);
  }

  /**
   * Gives a reservation back of which nothing was used. If the ledger does not hear of it, the
   * reservation expires by itself.
   */
  public void release(String id) {
    if (client == null) {
      return;
    }
    spool.done(id);
    Thread.ofVirtual().name("release-" + id).start(() -> tryRelease(id));
  }

  private void tryRelease(String id) {
    for (int failures = 1; failures <= RELEASE_ATTEMPTS; failures++) {
      try {
        // Refused means that the ledger does not know it (any more): nothing is held.
        if (client.release(id).status() < 500) {
          return;
        }
      } catch (IOException e) {
        LOG.debugf("release of %s failed: %s", id, e);
      }
      sleep(Backoff.millis(failures, 0.5));
    }
  }

  /** The ledger's answer, 2xx or 402; null when none of those came within the grace period. */
  private LedgerClient.Answer ask(Reservation reservation) {
    long deadline = System.nanoTime() + config.grace().toNanos();
    String problem = "";
    for (long left = config.grace().toNanos(); left > 0; left = deadline - System.nanoTime()) {
      try {
        LedgerClient.Answer answer = client.reserve(reservation, Duration.ofNanos(left));
        if (answer.ok() || answer.status() == 402) {
          return answer;
        }
        problem = "status " + answer.status();
      } catch (IOException e) {
        problem = e.toString();
      }
      sleep(
          Math.min(
              RETRY_MILLIS,
              Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()))));
    }
    LOG.warnf(
        "the ledger gave no usable answer to a reservation within %s: %s", config.grace(), problem);
    return null;
  }

  private ApiException refuse(Reservation reservation, String reason, ApiException answer) {
    metrics.count(GatewayMetrics.RESERVATIONS_REFUSED, reservation.tenant(), reason);
    return answer;
  }

  void stopped(@Observes ShutdownEvent event) throws IOException {
    if (client == null) {
      return;
    }
    for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(FLUSH_SECONDS);
        pending() > 0 && System.nanoTime() < end; ) {
      sleep(50);
    }
    committer.close();
    spool.close();
    client.close();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
