package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.GatewayConfig;
import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.ledger.Charge;
import dev.guildhall.gateway.ledger.Metering;
import dev.guildhall.gateway.ledger.Reservation;
import dev.guildhall.gateway.ledger.UsageEvent;
import dev.guildhall.gateway.routes.Authenticator;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Reserves, generates and settles: what was used is on the disk before the caller hears that the
 * answer is complete.
 */
@Singleton
public final class Generations {

  private static final long TTL_MARGIN_SECONDS = 60;
  private static final long PROGRESS_NANOS = 500_000_000;

  private final RankRouter router;
  private final Metering metering;
  private final GatewayMetrics metrics;
  private final GatewayConfig.Timeouts timeouts;

  Generations(RankRouter router, Metering metering, GatewayMetrics metrics, GatewayConfig config) {
    this.router = router;
    this.metering = metering;
    this.metrics = metrics;
    this.timeouts = config.timeouts();
  }

  /**
   * Answers a request.
   *
   * @param onHangUp receives what is to be called, from any thread, when the client hangs up
   * @throws dev.guildhall.gateway.api.ApiException when the budget does not allow it; then nothing
   *     is held and nothing ran
   */
  public Answer answer(
      Job job, Authenticator.Caller caller, Sink sink, Consumer<Runnable> onHangUp) {
    Map<Job.Unit, UsageEvent> events = reserve(job, caller);
    Progress progress = new Progress(events);
    GenerationRun run = new GenerationRun(job, sink, router, metrics, timeouts, progress::note);
    onHangUp.accept(run::clientGone);
    RuntimeException failure = run.run();
    if (failure instanceof ClientGoneException) {
      metrics.count(GatewayMetrics.CLIENTS_GONE, job.model().name());
    }
    return settle(job, events, run.choices(), failure, sink.delivered());
  }

  private Map<Job.Unit, UsageEvent> reserve(Job job, Authenticator.Caller caller) {
    Map<Job.Unit, UsageEvent> events = new HashMap<>();
    long ttl =
        Math.max(1, (job.deadlineNanos() - System.nanoTime()) / 1_000_000_000) + TTL_MARGIN_SECONDS;
    try {
      for (Job.Unit unit : job.units()) {
        UsageEvent empty = Settlement.empty(job, unit, caller, Instant.now());
        long most = (long) unit.maxTokens() * job.request().choices();
        metering.reserve(
            new Reservation(
                unit.id(),
                empty.tenant(),
                empty.key(),
                empty.model(),
                empty.promptTokens(),
                most,
                ttl),
            empty);
        events.put(unit, empty);
      }
      return events;
    } catch (RuntimeException e) {
      events.keySet().forEach(unit -> metering.release(unit.id()));
      throw e;
    }
  }

  private Answer settle(
      Job job,
      Map<Job.Unit, UsageEvent> events,
      List<Choice> choices,
      RuntimeException failure,
      boolean delivered) {
    int prompt = 0;
    int cached = 0;
    int completion = 0;
    boolean gone = failure instanceof ClientGoneException;
    List<CompletableFuture<Optional<Charge>>> charges = new ArrayList<>();
    for (Job.Unit unit : job.units()) {
      List<Choice> mine = choices.stream().filter(c -> c.unit == unit).toList();
      UsageEvent usage =
          Settlement.of(events.get(unit), mine, gone ? "cancelled" : "error", Instant.now());
      boolean used = mine.stream().anyMatch(Choice::used);
      // A failure of ours that gave the caller nothing costs the caller nothing.
      if (used && (failure == null || gone || delivered)) {
        charges.add(metering.commit(usage));
      } else {
        metering.release(unit.id());
      }
      prompt += usage.promptTokens();
      cached += usage.cachedTokens();
      completion += usage.completionTokens();
    }
    return new Answer(failure, prompt, cached, completion, charges);
  }

  /**
   * Notes now and then what a running prompt has used, for the case that this process dies. Used by
   * one thread.
   */
  private final class Progress {
    private final Map<Job.Unit, UsageEvent> events;
    private final Map<Job.Unit, Long> noted = new HashMap<>();

    Progress(Map<Job.Unit, UsageEvent> events) {
      this.events = events;
    }

    void note(Job.Unit unit, List<Choice> choices) {
      long now = System.nanoTime();
      Long last = noted.get(unit);
      if (last == null || now - last >= PROGRESS_NANOS) {
        noted.put(unit, now);
        metering.progress(Settlement.of(events.get(unit), choices, "cancelled", Instant.now()));
      }
    }
  }
}
