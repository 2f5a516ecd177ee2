package dev.guildhall.gateway.http;

import dev.guildhall.gateway.GatewayConfig;
import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.engine.ClientGoneException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The addresses of the API. Heads are judged on the event loop, everything else happens on a
 * virtual thread per request.
 */
@Singleton
final class OpenAiRoutes {

  private static final Logger LOG = Logger.getLogger(OpenAiRoutes.class);

  private final GatewayConfig config;
  private final GatewayMetrics metrics;
  private final Doorman doorman;
  private final ModelsHandler models;
  private final InferenceHandler inference;
  private final Vertx vertx;

  OpenAiRoutes(
      GatewayConfig config,
      GatewayMetrics metrics,
      Doorman doorman,
      ModelsHandler models,
      InferenceHandler inference,
      Vertx vertx) {
    this.config = config;
    this.metrics = metrics;
    this.doorman = doorman;
    this.models = models;
    this.inference = inference;
    this.vertx = vertx;
  }

  void register(@Observes Router router) {
    router.route("/*").handler(this::begin).failureHandler(this::failed);
    router.get("/v1/models").handler(blocking(models::list));
    // Names may hold slashes, as those of Hugging Face do.
    router
        .getWithRegex("/v1/models/(?<name>.+)")
        .handler(c -> blocking(e -> models.get(e, c.pathParam("name"))).accept(c));
    BodyHandler body = BodyHandler.create(false).setBodyLimit(config.limits().bodyBytes());
    for (String path : new String[] {"/v1/chat/completions", "/v1/completions"}) {
      // Three routes, since Vert.x wants a body handler before all others of a route.
      router.post(path).handler(this::expectBody);
      router.post(path).handler(body);
      router.post(path).handler(blocking(e -> inference.handle(e, path.contains("chat"))));
    }
    router.route("/*").last().handler(this::unknown);
  }

  private void begin(RoutingContext context) {
    Exchange exchange = Exchange.open(context, "req-" + UUID.randomUUID());
    context.addEndHandler(
        ended ->
            metrics.count(
                GatewayMetrics.REQUESTS,
                exchange.model() == null ? GatewayMetrics.UNKNOWN : exchange.model(),
                ended.succeeded() ? Integer.toString(exchange.status()) : "499"));
    try {
      doorman.admit(context.request(), exchange);
      context.next();
    } catch (ApiException e) {
      exchange.send(e);
    }
  }

  private void expectBody(RoutingContext context) {
    try {
      Doorman.acceptBody(context.request());
    } catch (ApiException e) {
      Exchange.of(context).send(e);
      return;
    }
    long timer = vertx.setTimer(config.timeouts().body().toMillis(), id -> context.fail(408));
    context.put("bodyTimer", timer);
    context.next();
  }

  private Blocking blocking(Consumer<Exchange> work) {
    return new Blocking(work);
  }

  /** Leaves the event loop. */
  private final class Blocking implements io.vertx.core.Handler<RoutingContext> {
    private final Consumer<Exchange> work;

    Blocking(Consumer<Exchange> work) {
      this.work = work;
    }

    void accept(RoutingContext context) {
      handle(context);
    }

    @Override
    public void handle(RoutingContext context) {
      Long timer = context.get("bodyTimer");
      if (timer != null && !vertx.cancelTimer(timer)) {
        // Too late: the caller was told so.
        return;
      }
      Exchange exchange = Exchange.of(context);
      Thread.ofVirtual().name(exchange.requestId()).start(() -> run(exchange));
    }

    private void run(Exchange exchange) {
      try {
        work.accept(exchange);
      } catch (ApiException e) {
        answer(exchange, e);
      } catch (ClientGoneException e) {
        LOG.debugf("the client of %s hung up", exchange.requestId());
      } catch (Throwable e) {
        // Also an Error, such as a deep recursion: without an answer the caller waits for ever.
        LOG.errorf(e, "request %s failed", exchange.requestId());
        answer(
            exchange,
            ApiException.server(
                500, "internal_error", "The gateway failed. Its log has the request id."));
      }
    }
  }

  private static void answer(Exchange exchange, ApiException error) {
    try {
      exchange.send(error);
    } catch (ClientGoneException e) {
      LOG.debugf("the client of %s hung up before it got an error", exchange.requestId());
    }
  }

  private void failed(RoutingContext context) {
    Exchange exchange = Exchange.of(context);
    int status = context.statusCode();
    if (exchange == null || context.response().ended()) {
      return;
    }
    exchange.send(
        switch (status) {
          case 413 ->
              ApiException.refused(
                  413,
                  "request_too_large",
                  "The body may have at most " + config.limits().bodyBytes() + " bytes.");
          case 408 -> ApiException.refused(408, "timeout", "The body did not arrive in time.");
          case 400 -> ApiException.refused(400, null, "The request is malformed.");
          default ->
              ApiException.server(
                  500, "internal_error", "The gateway failed. Its log has the request id.");
        });
  }

  private void unknown(RoutingContext context) {
    String path = context.normalizedPath();
    boolean known =
        path.equals("/v1/models")
            || path.equals("/v1/chat/completions")
            || path.equals("/v1/completions");
    if (known) {
      context
          .response()
          .putHeader(
              "Allow", path.equals("/v1/models") ? HttpMethod.GET.name() : HttpMethod.POST.name());
    }
    Exchange.of(context)
        .send(
            known
                ? ApiException.refused(
                    405, "method_not_allowed", "This address does not support the method.")
                : ApiException.refused(
                    404,
                    "unknown_url",
                    "There is nothing at this address. See the gateway's README for what there is."));
  }
}
