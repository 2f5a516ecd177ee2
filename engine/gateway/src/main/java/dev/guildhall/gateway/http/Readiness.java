package dev.guildhall.gateway.http;

import dev.guildhall.gateway.ledger.Metering;
import dev.guildhall.gateway.routes.Routes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Ready when there are routes and usage can be kept. Ranks and ledger do not count: their absence
 * is answered per request.
 */
@org.eclipse.microprofile.health.Readiness
@Singleton
final class Readiness implements HealthCheck {

  private final Routes routes;
  private final Metering metering;

  Readiness(Routes routes, Metering metering) {
    this.routes = routes;
    this.metering = metering;
  }

  @Override
  public HealthCheckResponse call() {
    boolean loaded = routes.current().isPresent();
    return HealthCheckResponse.named("gateway")
        .status(loaded && metering.healthy())
        .withData("routes", loaded)
        .withData("spool", metering.healthy())
        .build();
  }
}
