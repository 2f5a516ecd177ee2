package dev.guildhall.planner.cost;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns node states into GPU time: each state holds from its instant to the node's next one, cut to
 * the period.
 */
final class Timeline {
  private record Key(String pool, Holding holder, BigDecimal price) {}

  private record Span(NodeState state, long nanos) {}

  private Timeline() {}

  /**
   * Segments that cover every GPU of every node exactly once; equal holders at equal prices are
   * merged.
   */
  static List<Segment> segments(List<NodeState> states, Period period) {
    Map<Key, BigInteger> sums = new LinkedHashMap<>();
    for (Span span : spans(states, period)) {
      NodeState state = span.state();
      for (Holding holding : state.holdings()) {
        add(sums, state, holding, span.nanos());
      }
      add(sums, state, Holding.idle(state.idleGpus()), span.nanos());
    }
    return sums.entrySet().stream()
        .map(
            e ->
                new Segment(
                    e.getKey().pool(), e.getKey().holder(), e.getKey().price(), e.getValue()))
        .toList();
  }

  /** The bill by pool, from nodes alone: what the rows have to add up to. */
  static Map<String, Amounts> bills(List<NodeState> states, Period period) {
    Map<String, Amounts> bills = new LinkedHashMap<>();
    for (Span span : spans(states, period)) {
      NodeState state = span.state();
      BigInteger nanos =
          BigInteger.valueOf(span.nanos()).multiply(BigInteger.valueOf(state.gpus()));
      bills.merge(state.pool(), Amounts.time(nanos, state.pricePerGpuHour()), Amounts::plus);
    }
    return bills;
  }

  private static void add(Map<Key, BigInteger> sums, NodeState state, Holding holding, long nanos) {
    if (holding.gpus() > 0) {
      Holding holder =
          new Holding(
              0,
              holding.state(),
              holding.namespace(),
              holding.workload(),
              holding.role(),
              holding.group(),
              holding.tenant(),
              holding.model());
      BigInteger gpuNanos = BigInteger.valueOf(nanos).multiply(BigInteger.valueOf(holding.gpus()));
      sums.merge(
          new Key(state.pool(), holder, state.pricePerGpuHour().stripTrailingZeros()),
          gpuNanos,
          BigInteger::add);
    }
  }

  private static List<Span> spans(List<NodeState> states, Period period) {
    Map<String, List<NodeState>> byNode = new LinkedHashMap<>();
    states.forEach(
        state -> byNode.computeIfAbsent(state.node(), node -> new ArrayList<>()).add(state));
    List<Span> spans = new ArrayList<>();
    for (List<NodeState> ofNode : byNode.values()) {
      ofNode.sort(Comparator.comparingLong(NodeState::at));
      for (int i = 0; i < ofNode.size(); i++) {
        long start = Math.max(ofNode.get(i).at(), period.from());
        long end =
            i + 1 < ofNode.size() ? Math.min(ofNode.get(i + 1).at(), period.to()) : period.to();
        if (end > start) {
          spans.add(new Span(ofNode.get(i), end - start));
        }
      }
    }
    return spans;
  }
}
