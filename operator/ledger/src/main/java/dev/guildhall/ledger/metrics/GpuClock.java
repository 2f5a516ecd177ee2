package dev.guildhall.ledger.metrics;

import dev.guildhall.ledger.Nanos;
import dev.guildhall.ledger.NodeStateEvent;
import dev.guildhall.ledger.NodeStates;
import dev.guildhall.planner.cost.Holding;
import dev.guildhall.planner.cost.NodeState;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts GPU-seconds by pool and state from the moment this process started. Bills come from the
 * database; this is for graphs.
 */
@Singleton
public final class GpuClock {
  record Key(String pool, String state) {}

  private final InstantSource clock;
  private final Map<String, NodeState> nodes = new HashMap<>();
  private final Map<Key, Double> seconds = new HashMap<>();
  private long counted;

  GpuClock(NodeStates states, InstantSource clock) {
    this.clock = clock;
    this.counted = Nanos.now(clock);
    for (NodeStateEvent event : states.latest(Optional.empty())) {
      nodes.put(event.state().node(), event.state());
    }
  }

  /** Takes in a new state of a node. */
  public synchronized void accept(NodeState state) {
    advance();
    nodes.merge(state.node(), state, (old, next) -> next.at() > old.at() ? next : old);
  }

  synchronized Map<Key, Double> seconds() {
    advance();
    return new HashMap<>(seconds);
  }

  synchronized Map<Key, Integer> gpus() {
    Map<Key, Integer> gpus = new HashMap<>();
    nodes
        .values()
        .forEach(
            node ->
                byState(node)
                    .forEach(
                        (state, n) -> gpus.merge(new Key(node.pool(), state), n, Integer::sum)));
    return gpus;
  }

  private void advance() {
    long now = Nanos.now(clock);
    double passed = Math.max(0, now - counted) / 1e9;
    counted = Math.max(counted, now);
    for (NodeState node : nodes.values()) {
      byState(node)
          .forEach(
              (state, gpus) ->
                  seconds.merge(new Key(node.pool(), state), gpus * passed, Double::sum));
    }
  }

  private static Map<String, Integer> byState(NodeState node) {
    Map<String, Integer> gpus = new TreeMap<>();
    int held = 0;
    for (Holding holding : node.holdings()) {
      gpus.merge(holding.state().wireName(), holding.gpus(), Integer::sum);
      held += holding.gpus();
    }
    gpus.merge("idle", node.gpus() - held, Integer::sum);
    return gpus;
  }
}
