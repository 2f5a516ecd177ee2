package dev.guildhall.controller.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.controller.ledger.Ledger;
import dev.guildhall.controller.ledger.LedgerUnavailableException;
import dev.guildhall.crds.GpuNodePool;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tells the ledger who holds the GPUs of each node, once per change. Changes seen while the ledger
 * is away are kept in order, with the time at which they were seen, and sent when it is back. After
 * a restart it continues from what the ledger knows.
 */
@ApplicationScoped
class NodeStates {

  private static final int BATCH = 500;
  private static final int MOST_WAITING = 100_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An event of the ledger's contract. */
  record Event(
      String id,
      String pool,
      String node,
      String at,
      int gpus,
      String pricePerGpuHour,
      List<Holding> holdings) {}

  private record Known(int gpus, BigDecimal price, List<Holding> holdings) {}

  private record Place(String pool, String node) {}

  private final Ledger ledger;
  private final Clock clock;
  private final Map<Place, Known> known = new HashMap<>();
  private final Deque<Event> waiting = new ArrayDeque<>();
  private final List<String> continued = new ArrayList<>();

  NodeStates(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Tells what has changed.
   *
   * @throws LedgerUnavailableException if the ledger is away; what was seen is kept
   */
  synchronized void tell(GpuNodePool pool, List<NodeHoldings> holdings) {
    if (!ledger.isConfigured()) {
      return;
    }
    var name = pool.getMetadata().getName();
    proceed(name);
    var price = pool.getSpec().pricePerGpuHour();
    holdings.forEach(node -> note(name, price, node));
    var nodes = holdings.stream().map(NodeHoldings::node).collect(Collectors.toSet());
    known.keySet().stream()
        .filter(
            place ->
                place.pool().equals(name)
                    && !nodes.contains(place.node())
                    && known.get(place).gpus() > 0)
        .toList()
        .forEach(gone -> note(name, price, new NodeHoldings(gone.node(), 0, List.of())));
    send();
  }

  /** A node that left has no GPUs any more: its last interval ends. */
  private void note(String pool, String price, NodeHoldings node) {
    var now = new Known(node.gpus(), new BigDecimal(price).stripTrailingZeros(), node.holdings());
    if (!now.equals(known.put(new Place(pool, node.node()), now))
        && waiting.size() < MOST_WAITING) {
      var at = clock.instant();
      waiting.add(
          new Event(
              "%s/%s/%s".formatted(pool, node.node(), at),
              pool,
              node.node(),
              at.toString(),
              node.gpus(),
              price,
              node.holdings()));
    }
  }

  private void proceed(String pool) {
    if (continued.contains(pool)) {
      return;
    }
    for (var event : ledger.get("/v1/node-states/latest?pool=" + pool).path("events")) {
      known.put(new Place(pool, event.path("node").asText()), read(event));
    }
    continued.add(pool);
  }

  private static Known read(JsonNode event) {
    var holdings = new ArrayList<Holding>();
    event
        .path("holdings")
        .forEach(holding -> holdings.add(JSON.convertValue(holding, Holding.class)));
    holdings.sort(java.util.Comparator.comparing(Holding::toString));
    return new Known(
        event.path("gpus").asInt(),
        new BigDecimal(event.path("pricePerGpuHour").asText("0")).stripTrailingZeros(),
        holdings);
  }

  private void send() {
    while (!waiting.isEmpty()) {
      var batch = waiting.stream().limit(BATCH).toList();
      ledger.post("/v1/node-states", Map.of("events", batch));
      batch.forEach(sent -> waiting.remove());
    }
  }
}
