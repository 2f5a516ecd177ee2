package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.text.ModelText;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Puts fixed prompts to versions that are tried and whose routes ask for it, and counts how far
 * they answer as the version in force does. Nobody is charged for it.
 */
@Startup
@Singleton
final class Probes {

  private static final Logger LOG = Logger.getLogger(Probes.class);
  private static final long PAUSE_SECONDS = 15;

  private final Ranks ranks;
  private final AssetCache assets;
  private final GatewayMetrics metrics;
  private final List<String> prompts = prompts();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("canary-probes").factory());

  Probes(Ranks ranks, AssetCache assets, GatewayMetrics metrics) {
    this.ranks = ranks;
    this.assets = assets;
    this.metrics = metrics;
    timer.scheduleWithFixedDelay(this::round, PAUSE_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
  }

  private static List<String> prompts() {
    try (var file = Probes.class.getResourceAsStream("/probe-prompts.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares every model that has both versions once. */
  void round() {
    try {
      for (String model : ranks.models()) {
        var usable = ranks.usable(model);
        var reader = usable.stream().filter(RankClient::probed).findAny();
        var writer = usable.stream().filter(rank -> rank.lane() == Lane.STABLE).findAny();
        if (reader.isPresent() && writer.isPresent()) {
          compare(model, writer.get(), reader.get());
        }
      }
    } catch (RuntimeException e) {
      LOG.warnf("a version that is tried could not be asked: %s", e.getMessage());
    }
  }

  private void compare(String model, RankClient writer, RankClient reader) {
    var text = text(writer);
    if (text.isEmpty()) {
      return;
    }
    for (String prompt : prompts) {
      boolean answered =
          Probe.run(
              writer,
              reader,
              text.get().encode(prompt, true),
              (first, drift) -> {
                metrics.count(
                    GatewayMetrics.LANE_PROBE_TOKENS, model, first ? "agreed" : "differed");
                metrics.observe(GatewayMetrics.LANE_PROBE_DRIFT, drift, model);
              });
      if (!answered) {
        LOG.infof("%s: a fixed prompt got no answer of both versions", model);
      }
    }
  }

  private Optional<ModelText> text(RankClient rank) {
    var status = rank.status();
    return status == null
        ? Optional.empty()
        : Optional.ofNullable(assets.get(rank, status.getAssetsDigest()).getNow(null));
  }

  void stopped(@Observes ShutdownEvent event) {
    timer.shutdownNow();
  }
}
