package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.routes.Credentials;
import dev.guildhall.gateway.routes.ModelRoute;
import dev.guildhall.gateway.routes.RouteTable;
import dev.guildhall.gateway.routes.Routes;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** All ranks of the routes, asked for their status once a second. */
@Startup
@Singleton
final class Ranks {

  private static final Logger LOG = Logger.getLogger(Ranks.class);

  private final GatewayMetrics metrics;
  private final AssetCache assets;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("rank-status").factory());
  private volatile Map<Key, RankClient> ranks = Map.of();
  private volatile List<String> models = List.of();
  private Optional<Credentials.Tls> tls = Optional.empty();

  private record Key(String model, String group, String address) {}

  Ranks(Routes routes, GatewayMetrics metrics, AssetCache assets) {
    this.metrics = metrics;
    this.assets = assets;
    routes.onChange(this::use);
    timer.scheduleWithFixedDelay(this::poll, 0, 1, TimeUnit.SECONDS);
  }

  /** All models of the routes. */
  List<String> models() {
    return models;
  }

  /** The ranks of a model that take requests now. */
  List<RankClient> usable(String model) {
    return ranks.values().stream()
        .filter(r -> r.model().name().equals(model) && r.usable())
        .toList();
  }

  /**
   * New clients for new ranks or new certificates; clients of ranks that are gone finish what runs.
   */
  private synchronized void use(RouteTable table) {
    Map<Key, RankClient> before = new HashMap<>(ranks);
    boolean keep = tls.equals(table.credentials().tls());
    tls = table.credentials().tls();
    Map<Key, RankClient> after = new HashMap<>();
    for (ModelRoute model : table.models().values()) {
      for (ModelRoute.Group group : model.groups()) {
        for (String address : group.ranks()) {
          Key key = new Key(model.name(), group.name(), address);
          RankClient old = before.get(key);
          if (keep && old != null && old.model().deployment().equals(model.deployment())) {
            after.put(key, before.remove(key));
          } else {
            open(address, model, group.name()).ifPresent(client -> after.put(key, client));
          }
        }
      }
    }
    uses(table, after);
    ranks = Map.copyOf(after);
    models = List.copyOf(table.models().keySet());
    before.values().forEach(RankClient::close);
    after.values().forEach(RankClient::poll);
  }

  private static void uses(RouteTable table, Map<Key, RankClient> clients) {
    for (ModelRoute model : table.models().values()) {
      for (ModelRoute.Group group : model.groups()) {
        for (String address : group.ranks()) {
          RankClient client = clients.get(new Key(model.name(), group.name(), address));
          if (client != null) {
            client.use(group);
          }
        }
      }
    }
  }

  private Optional<RankClient> open(String address, ModelRoute model, String group) {
    try {
      return Optional.of(new RankClient(address, model, group, Channels.open(address, tls)));
    } catch (IllegalArgumentException e) {
      LOG.error(e.getMessage());
      return Optional.empty();
    }
  }

  private void poll() {
    try {
      Collection<RankClient> all = ranks.values();
      all.forEach(RankClient::poll);
      for (RankClient rank : all) {
        var status = rank.status();
        if (status != null && rank.usable()) {
          assets.get(rank, status.getAssetsDigest());
        }
      }
      for (String model : models) {
        metrics.set(GatewayMetrics.RANKS_USABLE, usable(model).size(), model);
      }
    } catch (RuntimeException | Error e) {
      // Whatever it is, ranks that nobody asks any more would never be used again.
      LOG.error("asking ranks for their status failed", e);
    }
  }

  void stopped(@Observes ShutdownEvent event) {
    timer.shutdownNow();
    ranks.values().forEach(RankClient::close);
  }
}
