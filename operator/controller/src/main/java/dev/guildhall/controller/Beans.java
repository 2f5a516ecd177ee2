package dev.guildhall.controller;

import dev.guildhall.controller.status.Events;
import dev.guildhall.controller.status.Reports;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** What has no class of its own to be injected by. */
final class Beans {

  @Produces
  @Singleton
  static Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  static Reports reports(Clock clock, Events events) {
    return new Reports(clock, events);
  }

  /** By controller only: series by resource would grow with the number of deployments. */
  @Produces
  @Singleton
  static Metrics metrics(MeterRegistry registry) {
    return MicrometerMetrics.withoutPerResourceMetrics(registry);
  }
}
