package dev.guildhall.gateway.routes;

import dev.guildhall.gateway.GatewayMetrics;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The route table in use. A bad update is logged, counted and dropped: the last good table stays.
 */
@Singleton
public final class Routes {

  private static final Logger LOG = Logger.getLogger(Routes.class);
  private static final String DOCUMENT = "gateway.json";

  private final GatewayMetrics metrics;
  private final List<Consumer<RouteTable>> listeners = new CopyOnWriteArrayList<>();
  private volatile RouteTable current;

  Routes(GatewayMetrics metrics) {
    this.metrics = metrics;
    metrics.set(GatewayMetrics.ROUTES_LOADED, 0);
  }

  /** The table in use; empty until the first good one arrived. */
  public Optional<RouteTable> current() {
    return Optional.ofNullable(current);
  }

  /** Calls the listener now, if there is a table, and after every change. */
  public void onChange(Consumer<RouteTable> listener) {
    listeners.add(listener);
    current().ifPresent(listener);
  }

  /**
   * Offers new contents.
   *
   * @param files {@code gateway.json} and the credentials beside it
   */
  synchronized void offer(Map<String, byte[]> files) {
    try {
      byte[] document = files.get(DOCUMENT);
      if (document == null) {
        throw new RoutesInvalidException(DOCUMENT, "is missing");
      }
      RouteTable table =
          RouteParser.parse(document, Credentials.of(files), Instant.now().getEpochSecond());
      listeners.forEach(l -> l.accept(table));
      current = table;
      metrics.set(GatewayMetrics.ROUTES_LOADED, 1);
      LOG.infof(
          "routes in use: models %s, %d tenants", table.models().keySet(), table.tenants().size());
    } catch (RoutesInvalidException e) {
      metrics.count(GatewayMetrics.ROUTES_REJECTED);
      LOG.errorf(
          "%s; %s",
          e.getMessage(),
          current == null ? "no routes are in use" : "the previous routes stay in use");
    }
  }
}
