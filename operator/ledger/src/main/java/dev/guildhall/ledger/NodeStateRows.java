package dev.guildhall.ledger;

import dev.guildhall.ledger.store.Jdbc;
import dev.guildhall.planner.cost.GpuState;
import dev.guildhall.planner.cost.Holding;
import dev.guildhall.planner.cost.NodeState;
import dev.guildhall.planner.cost.Period;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rows of node_event and node_holding. */
final class NodeStateRows {
  private static final String SELECT =
      "select e.*, h.ordinal, h.gpus held, h.state, h.namespace, h.workload, h.role_name, h.group_name, h.tenant, h.model"
          + " from node_event e left join node_holding h on h.event_seq = e.seq ";
  private static final String ORDER = " order by e.seq, h.ordinal";

  private record Row(
      long seq,
      String id,
      String pool,
      String node,
      long at,
      long reported,
      int gpus,
      BigDecimal price,
      Holding holding) {}

  private NodeStateRows() {}

  /** The event as it was reported. */
  static Optional<NodeStateEvent> find(Jdbc jdbc, String id) throws SQLException {
    return states(jdbc.all(SELECT + "where e.id = ?" + ORDER, NodeStateRows::read, id), true)
        .stream()
        .findFirst();
  }

  static List<NodeStateEvent> latest(Jdbc jdbc) throws SQLException {
    return states(
        jdbc.all(
            SELECT + "where e.seq in (select event_seq from node_head)" + ORDER,
            NodeStateRows::read),
        false);
  }

  /** Each node's last state at or before the period, and all within it. */
  static List<NodeState> within(Jdbc jdbc, Period period) throws SQLException {
    List<Row> rows =
        jdbc.all(
            SELECT
                + "where e.at_nanos > ? and e.at_nanos < ? or exists (select 1 from node_head n where n.node = e.node"
                + " and e.at_nanos = (select max(p.at_nanos) from node_event p where p.node = n.node and p.at_nanos <= ?))"
                + ORDER,
            NodeStateRows::read,
            period.from(),
            period.to(),
            period.from());
    return states(rows, false).stream().map(NodeStateEvent::state).toList();
  }

  static long insert(Jdbc jdbc, NodeStateEvent event, long at, long received) throws SQLException {
    NodeState state = event.state();
    jdbc.update(
        "insert into node_event (id, pool, node, at_nanos, reported_nanos, received_nanos, gpus, price_per_gpu_hour)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?)",
        event.id(),
        state.pool(),
        state.node(),
        at,
        state.at(),
        received,
        state.gpus(),
        state.pricePerGpuHour());
    long seq =
        jdbc.first("select seq from node_event where id = ?", row -> row.getLong("seq"), event.id())
            .orElseThrow();
    int ordinal = 0;
    for (Holding holding : state.holdings()) {
      jdbc.update(
          "insert into node_holding values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          seq,
          ordinal++,
          holding.gpus(),
          holding.state().wireName(),
          holding.namespace(),
          holding.workload(),
          holding.role(),
          holding.group(),
          holding.tenant(),
          holding.model());
    }
    return seq;
  }

  private static List<NodeStateEvent> states(List<Row> rows, boolean asReported) {
    Map<Long, List<Row>> events = new LinkedHashMap<>();
    rows.forEach(row -> events.computeIfAbsent(row.seq(), seq -> new ArrayList<>()).add(row));
    List<NodeStateEvent> states = new ArrayList<>();
    for (List<Row> event : events.values()) {
      Row row = event.getFirst();
      List<Holding> holdings = event.stream().map(Row::holding).filter(h -> h != null).toList();
      long at = asReported ? row.reported() : row.at();
      states.add(
          new NodeStateEvent(
              row.id(),
              new NodeState(row.pool(), row.node(), at, row.gpus(), row.price(), holdings)));
    }
    return states;
  }

  private static Row read(ResultSet row) throws SQLException {
    return new Row(
        row.getLong("seq"),
        row.getString("id"),
        row.getString("pool"),
        row.getString("node"),
        row.getLong("at_nanos"),
        row.getLong("reported_nanos"),
        row.getInt("gpus"),
        Jdbc.decimal(row, "price_per_gpu_hour"),
        row.getString("state") == null ? null : holding(row));
  }

  private static Holding holding(ResultSet row) throws SQLException {
    return new Holding(
        row.getInt("held"),
        GpuState.ofWireName(row.getString("state")).orElseThrow(),
        row.getString("namespace"),
        row.getString("workload"),
        row.getString("role_name"),
        row.getString("group_name"),
        row.getString("tenant"),
        row.getString("model"));
  }
}
