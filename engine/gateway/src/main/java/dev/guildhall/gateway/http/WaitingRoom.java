package dev.guildhall.gateway.http;

import dev.guildhall.gateway.GatewayConfig;
import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.engine.ClientGoneException;
import dev.guildhall.gateway.engine.RankRouter;
import dev.guildhall.gateway.routes.ModelRoute;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Where requests wait while their model sleeps. How many wait is what wakes it: whoever scales
 * reads it from the metrics.
 */
@Singleton
final class WaitingRoom {
  private static final long LOOK_MILLIS = 250;

  private final GatewayConfig config;
  private final GatewayMetrics metrics;
  private final Semaphore places;

  WaitingRoom(GatewayConfig config, GatewayMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
    this.places = new Semaphore(config.limits().waiting());
  }

  /**
   * What {@code attempt} returns, as soon as it does not say that no rank is ready. A stream is
   * kept open by comments.
   *
   * @throws ApiException what it says, at once where nobody wakes the model or all places are
   *     taken, else after the time to wait
   * @throws ClientGoneException if the client hangs up meanwhile
   */
  <T> T until(Exchange exchange, ModelRoute model, boolean stream, Supplier<T> attempt) {
    try {
      return attempt.get();
    } catch (ApiException e) {
      boolean hopeless = !model.wakes() && model.groups().isEmpty();
      if (hopeless || !RankRouter.UNAVAILABLE.equals(e.code()) || !places.tryAcquire()) {
        throw e;
      }
    }
    metrics.add(GatewayMetrics.WAITING, 1, model.name());
    try {
      return wait(exchange, model, stream, attempt);
    } finally {
      metrics.add(GatewayMetrics.WAITING, -1, model.name());
      places.release();
    }
  }

  private <T> T wait(Exchange exchange, ModelRoute model, boolean stream, Supplier<T> attempt) {
    GatewayConfig.Timeouts timeouts = config.timeouts();
    Duration limit = model.wakes() ? timeouts.wake() : timeouts.heal();
    CountDownLatch gone = new CountDownLatch(1);
    exchange.onHangUp(gone::countDown);
    long end = System.nanoTime() + limit.toNanos();
    long quiet = timeouts.heartbeat().toNanos();
    long heard = System.nanoTime();
    while (true) {
      try {
        if (gone.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new ClientGoneException();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw ApiException.unavailable("shutting_down", "The gateway is shutting down.", 1);
      }
      try {
        return attempt.get();
      } catch (ApiException e) {
        if (!RankRouter.UNAVAILABLE.equals(e.code()) || System.nanoTime() > end) {
          throw e;
        }
      }
      if (stream && System.nanoTime() - heard >= quiet) {
        exchange.comment("waiting for a rank of the model");
        heard = System.nanoTime();
      }
    }
  }
}
