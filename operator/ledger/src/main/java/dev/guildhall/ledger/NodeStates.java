package dev.guildhall.ledger;

import dev.guildhall.ledger.store.Jdbc;
import dev.guildhall.ledger.store.LedgerDatabase;
import dev.guildhall.planner.cost.NodeState;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Appends what nodes' GPUs do. Per node, the order of arrival is the order of facts: a state
 * reported for an instant that is not after the node's last one takes effect a nanosecond after it,
 * and none takes effect in the future. So time that was billed once stays as it was, and every
 * instant of a node belongs to exactly one state.
 */
@Singleton
public final class NodeStates {

  /**
   * What became of a batch.
   *
   * @param written the new states as they take effect
   * @param repeated how many were recorded before
   * @param shifted how many took effect at another instant than reported
   */
  public record Appended(List<NodeState> written, int repeated, int shifted) {}

  private final LedgerDatabase database;
  private final InstantSource clock;

  NodeStates(LedgerDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Writes all events or, on an exception, none.
   *
   * @throws ConflictException when an id is recorded with other content
   */
  public Appended append(List<NodeStateEvent> events) {
    return database.write(
        jdbc -> {
          jdbc.first(
              "select name from ledger_lock where name = 'node-states' for update",
              row -> row.getString("name"));
          List<NodeState> written = new ArrayList<>();
          int shifted = 0;
          for (NodeStateEvent event : events) {
            Optional<NodeStateEvent> recorded = NodeStateRows.find(jdbc, event.id());
            if (recorded.isPresent()) {
              requireSame(recorded.get(), event);
              continue;
            }
            NodeState effective = append(jdbc, event);
            written.add(effective);
            shifted += effective.at() == event.state().at() ? 0 : 1;
          }
          return new Appended(written, events.size() - written.size(), shifted);
        });
  }

  /** The last state of each node with the id of its event; of one pool only if given. */
  public List<NodeStateEvent> latest(Optional<String> pool) {
    return database.read(NodeStateRows::latest).stream()
        .filter(event -> pool.isEmpty() || pool.get().equals(event.state().pool()))
        .toList();
  }

  private NodeState append(Jdbc jdbc, NodeStateEvent event) throws SQLException {
    NodeState state = event.state();
    long now = Nanos.now(clock);
    long at = Math.min(state.at(), now);
    Optional<Long> head =
        jdbc.first(
            "select at_nanos from node_head where node = ?",
            row -> row.getLong("at_nanos"),
            state.node());
    if (head.isPresent()) {
      at = Math.max(at, head.get() + 1);
    }
    long seq = NodeStateRows.insert(jdbc, event, at, now);
    if (jdbc.update(
            "update node_head set event_seq = ?, at_nanos = ? where node = ?",
            seq,
            at,
            state.node())
        == 0) {
      jdbc.update(
          "insert into node_head (node, event_seq, at_nanos) values (?, ?, ?)",
          state.node(),
          seq,
          at);
    }
    return new NodeState(
        state.pool(), state.node(), at, state.gpus(), state.pricePerGpuHour(), state.holdings());
  }

  private static void requireSame(NodeStateEvent recorded, NodeStateEvent incoming) {
    Differences.requireSame("node state " + incoming.id(), recorded.state(), incoming.state());
  }
}
