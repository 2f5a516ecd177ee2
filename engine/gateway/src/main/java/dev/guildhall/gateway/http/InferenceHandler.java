package dev.guildhall.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.GatewayConfig;
import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.api.InferenceRequest;
import dev.guildhall.gateway.api.Json;
import dev.guildhall.gateway.api.RequestReader;
import dev.guildhall.gateway.engine.Answer;
import dev.guildhall.gateway.engine.ClientGoneException;
import dev.guildhall.gateway.engine.Generations;
import dev.guildhall.gateway.engine.Job;
import dev.guildhall.gateway.engine.RankRouter;
import dev.guildhall.gateway.limits.TenantLimits;
import dev.guildhall.gateway.routes.ModelRoute;
import dev.guildhall.gateway.routes.TenantRoute;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Both endpoints that generate: read, prepare, let in, generate, answer. */
@Singleton
final class InferenceHandler {

  private static final Logger LOG = Logger.getLogger(InferenceHandler.class);

  private final GatewayConfig config;
  private final GatewayMetrics metrics;
  private final RankRouter router;
  private final TenantLimits limits;
  private final Generations generations;
  private final WaitingRoom waiting;
  private final RequestReader reader;
  private final Semaphore places;

  InferenceHandler(
      GatewayConfig config,
      GatewayMetrics metrics,
      RankRouter router,
      TenantLimits limits,
      Generations generations,
      WaitingRoom waiting) {
    this.config = config;
    this.metrics = metrics;
    this.router = router;
    this.limits = limits;
    this.generations = generations;
    this.waiting = waiting;
    this.reader = new RequestReader(config.limits());
    this.places = new Semaphore(config.limits().requests());
  }

  /** Answers, or throws what is to be answered. */
  void handle(Exchange exchange, boolean chat) {
    if (!places.tryAcquire()) {
      throw ApiException.unavailable("overloaded", "The gateway is busy. Try again soon.", 1);
    }
    try {
      ObjectNode body = Json.body(exchange.body());
      InferenceRequest request = chat ? reader.chat(body) : reader.completion(body);
      TenantRoute tenant = exchange.caller().tenant();
      ModelRoute model =
          exchange
              .routes()
              .model(tenant, request.model())
              .orElseThrow(() -> ApiException.noModel(request.model()));
      exchange.model(model.name());
      byte[] salt = exchange.routes().credentials().cacheSalt(tenant.name());
      Job.Speech speech =
          waiting.until(exchange, model, request.stream(), () -> router.speech(model.name()));
      Job job = Preparer.prepare(request, model, speech, salt, config.timeouts());
      admitted(exchange, job);
    } finally {
      places.release();
    }
  }

  /**
   * Takes every place, so that new requests are refused, and waits for the running ones. Comes
   * before what they need is closed.
   */
  void drain(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
    long limit = config.timeouts().drain().toMillis();
    if (!places.tryAcquire(config.limits().requests(), limit, TimeUnit.MILLISECONDS)) {
      LOG.warnf("some requests were still running after %d ms", limit);
    }
  }

  private void admitted(Exchange exchange, Job job) {
    TenantRoute tenant = exchange.caller().tenant();
    long most =
        job.units().stream()
            .mapToLong(u -> u.prompt().length + (long) u.maxTokens() * job.request().choices())
            .sum();
    TenantLimits.Entry entry = limits.enter(tenant, most);
    if (entry.remaining() >= 0) {
      exchange.header("x-ratelimit-limit-tokens", Long.toString(tenant.tokensPerMinute()));
      exchange.header("x-ratelimit-remaining-tokens", Long.toString(entry.remaining()));
    }
    if (entry.refusal() != null) {
      throw refused(tenant, entry);
    }
    metrics.add(GatewayMetrics.IN_FLIGHT, 1, job.model().name());
    long used = 0;
    try {
      used = generate(exchange, job);
    } finally {
      metrics.add(GatewayMetrics.IN_FLIGHT, -1, job.model().name());
      metrics.observe(
          GatewayMetrics.DURATION,
          (System.nanoTime() - exchange.startNanos()) / 1e9,
          job.model().name());
      limits.leave(tenant, most - used);
    }
  }

  /** Returns the tokens used. */
  private long generate(Exchange exchange, Job job) {
    InferenceRequest request = job.request();
    String id = exchange.requestId().substring("req-".length());
    long created = System.currentTimeMillis() / 1000;
    Shape shape =
        request.chat()
            ? new ChatShape(id, created, job.model().name())
            : new CompletionShape(id, created, job.model().name());
    Echo echo = new Echo(job);
    Reply reply =
        request.stream()
            ? new StreamReply(exchange, shape, request, echo, config.timeouts().idle())
            : new WholeReply(exchange, shape, request, echo);
    Answer answer = generations.answer(job, exchange.caller(), reply, exchange::onHangUp);
    long used = answer.promptTokens() + (long) answer.completionTokens();
    LOG.debugf(
        "%s: %s, tenant %s, %d prompt tokens, %d completion tokens",
        exchange.requestId(),
        answer.failure() == null ? "complete" : answer.failure().getClass().getSimpleName(),
        exchange.caller().tenant().name(),
        answer.promptTokens(),
        answer.completionTokens());
    try {
      finish(exchange, reply, answer);
    } catch (ClientGoneException e) {
      LOG.debugf("the client of %s hung up", exchange.requestId());
    }
    return used;
  }

  private void finish(Exchange exchange, Reply reply, Answer answer) {
    switch (answer.failure()) {
      case null -> reply.complete(answer, Extras.of(answer, config.ledger().chargeWait()));
      case ClientGoneException gone -> throw gone;
      case ApiException error -> exchange.send(error);
      case RuntimeException other -> throw other;
    }
  }

  private ApiException refused(TenantRoute tenant, TenantLimits.Entry entry) {
    boolean rate = entry.refusal() == TenantLimits.Refusal.TOKEN_RATE;
    metrics.count(
        GatewayMetrics.RESERVATIONS_REFUSED, tenant.name(), rate ? "token_rate" : "in_flight");
    return ApiException.rateLimited(
        rate
            ? "The limit of "
                + tenant.tokensPerMinute()
                + " tokens per minute is reached. Prompt and max_tokens count until the answer is complete."
            : "The limit of " + tenant.requestsInFlight() + " requests at a time is reached.",
        entry.retryAfterSeconds());
  }
}
