package dev.guildhall.controller.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.controller.ledger.Ledger;
import dev.guildhall.controller.ledger.LedgerRefusedException;
import dev.guildhall.controller.ledger.LedgerUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Tells the ledger who holds the GPUs of each node, once per change, with the time at which the
 * change was seen. A restarted operator continues from what is kept in the cluster and from what
 * the ledger knows.
 */
@ApplicationScoped
class NodeStates {

  private static final Logger LOG = Logger.getLogger(NodeStates.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Known(String pool, int gpus, BigDecimal price, List<Holding> holdings) {

    static Known of(NodeStateEvent event) {
      return new Known(
          event.pool(),
          event.gpus(),
          new BigDecimal(event.pricePerGpuHour()).stripTrailingZeros(),
          event.holdings().stream().sorted(Comparator.comparing(Holding::toString)).toList());
    }
  }

  private final Ledger ledger;
  private final NodeStateOutbox outbox;
  private final Clock clock;

  /** The last event of each node: a node is in one pool at a time. */
  private final Map<String, Known> known = new HashMap<>();

  private boolean restored;
  private boolean continued;

  NodeStates(Ledger ledger, NodeStateOutbox outbox, Clock clock) {
    this.ledger = ledger;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * Tells what has changed in a pool.
   *
   * @param pools names of all pools there are: nodes of others have left
   * @throws LedgerUnavailableException if the ledger is away; what was seen is kept
   * @throws LedgerRefusedException if the ledger does not take an event; it and all later ones are
   *     kept
   */
  synchronized void tell(Set<String> pools, String pool, String price, List<NodeHoldings> nodes) {
    if (!ledger.isConfigured()) {
      return;
    }
    restore();
    var changes = new ArrayList<NodeStateEvent>();
    nodes.forEach(node -> note(pool, price, node, changes));
    var present = nodes.stream().map(NodeHoldings::node).collect(Collectors.toSet());
    noteLeft(
        (node, last) ->
            last.pool().equals(pool) ? !present.contains(node) : !pools.contains(last.pool()),
        changes);
    outbox.deliver(changes);
  }

  /**
   * Tells that nodes of other pools than these have left.
   *
   * @throws LedgerUnavailableException or {@link LedgerRefusedException} as {@link #tell}
   */
  synchronized void leave(Set<String> pools) {
    if (!ledger.isConfigured()) {
      return;
    }
    restore();
    var changes = new ArrayList<NodeStateEvent>();
    noteLeft((node, last) -> !pools.contains(last.pool()), changes);
    outbox.deliver(changes);
  }

  /** A node that left has no GPUs any more: its last interval ends. */
  private void noteLeft(BiPredicate<String, Known> left, List<NodeStateEvent> changes) {
    Map.copyOf(known)
        .forEach(
            (node, last) -> {
              if (last.gpus() > 0 && left.test(node, last)) {
                var nothing = new NodeHoldings(node, 0, List.of());
                note(last.pool(), last.price().toPlainString(), nothing, changes);
              }
            });
  }

  private void note(String pool, String price, NodeHoldings node, List<NodeStateEvent> changes) {
    var event = NodeStateEvent.of(pool, price, node, clock.instant());
    var now = Known.of(event);
    if (!now.equals(known.put(node.node(), now))) {
      changes.add(event);
    }
  }

  /** While the ledger is away, states that it may have already are told once more. */
  private void restore() {
    if (!restored) {
      outbox.kept(event -> known.put(event.node(), Known.of(event)));
      restored = true;
    }
    if (!continued) {
      try {
        for (var event : ledger.get("/v1/node-states/latest").path("events")) {
          known.putIfAbsent(event.path("node").asText(), Known.of(read(event)));
        }
        continued = true;
      } catch (LedgerUnavailableException e) {
        LOG.infof("the ledger's last node states are read later: %s", e.getMessage());
      }
    }
  }

  private static NodeStateEvent read(JsonNode event) {
    return JSON.convertValue(event, NodeStateEvent.class);
  }
}
