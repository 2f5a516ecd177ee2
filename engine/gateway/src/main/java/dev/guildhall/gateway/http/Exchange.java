package dev.guildhall.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.engine.ClientGoneException;
import dev.guildhall.gateway.routes.Authenticator;
import dev.guildhall.gateway.routes.RouteTable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** One HTTP request and its answer, for a thread that may block. */
final class Exchange {

  private static final String KEY = Exchange.class.getName();

  private final RoutingContext context;
  private final HttpServerResponse response;
  private final String requestId;
  private final long startNanos = System.nanoTime();
  private final AtomicReference<Runnable> hangUp = new AtomicReference<>();
  private volatile boolean gone;
  private RouteTable routes;
  private Authenticator.Caller caller;
  private String model;

  private Exchange(RoutingContext context, String requestId) {
    this.context = context;
    this.response = context.response();
    this.requestId = requestId;
    response.putHeader("x-request-id", requestId);
    // The response's own handlers belong to the routing context once it has end handlers.
    context.addEndHandler(
        ended -> {
          if (ended.failed()) {
            leave();
          }
        });
  }

  /** Opens the exchange of a request. */
  static Exchange open(RoutingContext context, String requestId) {
    Exchange exchange = new Exchange(context, requestId);
    context.put(KEY, exchange);
    return exchange;
  }

  /** The exchange that was opened for the request. */
  static Exchange of(RoutingContext context) {
    return context.get(KEY);
  }

  String requestId() {
    return requestId;
  }

  long startNanos() {
    return startNanos;
  }

  void identified(RouteTable table, Authenticator.Caller who) {
    routes = table;
    caller = who;
  }

  RouteTable routes() {
    return routes;
  }

  Authenticator.Caller caller() {
    return caller;
  }

  /** A routed model's name, for metrics; null before it is known. */
  String model() {
    return model;
  }

  void model(String name) {
    model = name;
  }

  byte[] body() {
    Buffer buffer = context.body().buffer();
    return buffer == null ? new byte[0] : buffer.getBytes();
  }

  int status() {
    return response.getStatusCode();
  }

  /** Sets a header, unless the head is out already. */
  void header(String name, String value) {
    if (!response.headWritten()) {
      response.putHeader(name, value);
    }
  }

  /** Runs this once when the client hangs up, at once if it has. */
  void onHangUp(Runnable action) {
    hangUp.set(action);
    if (gone) {
      leave();
    }
  }

  private void leave() {
    gone = true;
    Runnable action = hangUp.getAndSet(null);
    if (action != null) {
      action.run();
    }
  }

  boolean streaming() {
    return response.headWritten();
  }

  void send(int status, ObjectNode body) {
    if (!gone && !response.ended()) {
      response
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .end(body.toString());
    }
  }

  void send(ApiException error) {
    if (response.headWritten()) {
      // The status line is out: the stream itself says what went wrong, and ends without [DONE].
      data(ErrorBody.of(error).toString());
      end();
      return;
    }
    if (error.retryAfterSeconds() > 0) {
      header("Retry-After", Long.toString(error.retryAfterSeconds()));
    }
    if (error.status() == 401) {
      header("WWW-Authenticate", "Bearer");
    }
    boolean bodyIsLeft = error.status() == 413 || error.status() == 408;
    if (bodyIsLeft && context.request().version() != HttpVersion.HTTP_2) {
      header("Connection", "close");
    }
    send(error.status(), ErrorBody.of(error));
  }

  /** Sends one server-sent event, and waits while the client reads slowly. */
  void data(String data) {
    write("data: " + data + "\n\n");
  }

  /** Sends a server-sent comment, which clients skip. */
  void comment(String text) {
    write(": " + text + "\n\n");
  }

  private void write(String text) {
    if (gone) {
      throw new ClientGoneException();
    }
    if (!response.headWritten()) {
      response
          .setChunked(true)
          .putHeader("Content-Type", "text/event-stream; charset=utf-8")
          .putHeader("Cache-Control", "no-cache")
          .putHeader("X-Accel-Buffering", "no");
    }
    try {
      response.write(Buffer.buffer(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IllegalStateException e) {
      // The connection closed a moment ago; the handler that says so comes later.
      throw new ClientGoneException();
    }
  }

  /** Waits until the client has room; a client that reads nothing for so long counts as gone. */
  void awaitRoom(Duration limit) {
    if (!response.writeQueueFull()) {
      return;
    }
    CompletableFuture<Void> drained = new CompletableFuture<>();
    response.drainHandler(drained::complete);
    if (!response.writeQueueFull()) {
      return;
    }
    try {
      drained.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientGoneException();
    } catch (ExecutionException | TimeoutException e) {
      context.request().connection().close();
      throw new ClientGoneException();
    }
  }

  void end() {
    if (!gone && !response.ended()) {
      response.end();
    }
  }
}
