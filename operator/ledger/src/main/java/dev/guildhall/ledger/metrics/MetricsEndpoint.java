package dev.guildhall.ledger.metrics;

import dev.guildhall.ledger.LedgerConfig;
import dev.guildhall.ledger.Spending;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** {@code /metrics} on the management port, with the metrics that are read when scraped. */
@ApplicationScoped
class MetricsEndpoint {
  private final Registry registry;

  MetricsEndpoint(Registry registry, Spending spending, GpuClock gpus, LedgerConfig config) {
    this.registry = registry;
    BoundedLabel tenants = new BoundedLabel(1000);
    registry.gauge(
        LedgerMetrics.RESERVED,
        callback ->
            spending
                .reservedByTenant()
                .forEach(
                    (tenant, amount) ->
                        callback.call(
                            amount.doubleValue(), tenants.of(tenant), config.currency())));
    registry.counter(
        LedgerMetrics.GPU_SECONDS,
        callback ->
            gpus.seconds()
                .forEach((key, seconds) -> callback.call(seconds, key.pool(), key.state())));
    registry.gauge(
        LedgerMetrics.GPUS,
        callback ->
            gpus.gpus().forEach((key, count) -> callback.call(count, key.pool(), key.state())));
  }

  void register(@Observes ManagementInterface management) {
    management.router().get("/metrics").blockingHandler(this::metrics);
  }

  private void metrics(RoutingContext context) {
    context
        .response()
        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        .end(registry.text());
  }
}
