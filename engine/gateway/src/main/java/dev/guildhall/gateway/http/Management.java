package dev.guildhall.gateway.http;

import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.ledger.Metering;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** {@code /metrics} on the management port. */
@Singleton
final class Management {

  private final GatewayMetrics metrics;
  private final Metering metering;

  Management(GatewayMetrics metrics, Metering metering) {
    this.metrics = metrics;
    this.metering = metering;
  }

  void register(@Observes ManagementInterface management) {
    management.router().get("/metrics").handler(this::metrics);
  }

  private void metrics(RoutingContext context) {
    metering.report();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(text, metrics.registry().scrape());
    } catch (IOException e) {
      context.fail(500, e);
      return;
    }
    context
        .response()
        .putHeader("Content-Type", PrometheusTextFormatWriter.CONTENT_TYPE)
        .end(Buffer.buffer(text.toByteArray()));
  }
}
