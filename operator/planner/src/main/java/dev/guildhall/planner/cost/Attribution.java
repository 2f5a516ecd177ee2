package dev.guildhall.planner.cost;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Splits GPU time over those who used or held it.
 *
 * <p>A group's time in states that carry requests is divided in proportion to the prefill and
 * decode time that requests reported; what is left belongs to the holder. Where requests reported
 * more than the group held, all are scaled down alike and the excess is shown beside the bill. A
 * group's time at several prices is divided alike at each, so every tenant sees the mean price.
 */
final class Attribution {
  private record GroupKey(String deployment, String group) {}

  private Attribution() {}

  static List<CostLine> lines(List<NodeState> states, List<UsageTotal> usage, Period period) {
    Map<GroupKey, List<UsageTotal>> usageOf = new LinkedHashMap<>();
    for (UsageTotal total : usage) {
      usageOf
          .computeIfAbsent(
              new GroupKey(total.deployment(), total.group()), key -> new ArrayList<>())
          .add(total);
    }
    Map<String, String> models = modelsOf(usage);
    Map<GroupKey, List<Segment>> groups = new LinkedHashMap<>();
    List<CostLine> lines = new ArrayList<>();
    for (Segment segment : Timeline.segments(states, period)) {
      GroupKey key = new GroupKey(segment.holding().deployment(), segment.holding().group());
      if (segment.holding().state().carriesRequests() && usageOf.containsKey(key)) {
        groups.computeIfAbsent(key, k -> new ArrayList<>()).add(segment);
      } else {
        lines.add(held(segment, segment.gpuNanos(), models));
      }
    }
    usageOf.forEach(
        (key, totals) -> split(groups.getOrDefault(key, List.of()), totals, models, lines));
    return lines;
  }

  private static void split(
      List<Segment> segments,
      List<UsageTotal> usage,
      Map<String, String> models,
      List<CostLine> lines) {
    BigInteger held = sum(segments.stream().map(Segment::gpuNanos).toList());
    List<BigInteger> demands = new ArrayList<>();
    for (UsageTotal total : usage) {
      demands.add(total.prefillGpuNanos());
      demands.add(total.decodeGpuNanos());
    }
    BigInteger demand = sum(demands);
    List<BigInteger> weights = new ArrayList<>(demands);
    weights.add(held.subtract(demand).max(BigInteger.ZERO));
    for (Segment segment : segments) {
      List<BigInteger> shares = LargestRemainder.apportion(segment.gpuNanos(), weights);
      for (int i = 0; i < usage.size(); i++) {
        lines.add(
            busy(
                segment,
                usage.get(i),
                "prefill",
                Amounts.time(shares.get(2 * i), segment.price())));
        lines.add(
            busy(
                segment,
                usage.get(i),
                "decode",
                Amounts.time(shares.get(2 * i + 1), segment.price())));
      }
      lines.add(held(segment, shares.getLast(), models));
    }
    if (segments.isEmpty()) {
      for (UsageTotal total : usage) {
        Amounts amounts =
            Amounts.prefill(total)
                .plus(Amounts.decode(total))
                .plus(Amounts.unattributed(total.prefillGpuNanos().add(total.decodeGpuNanos())));
        lines.add(CostLine.unattributed(total, CostLine.NONE, "", amounts));
      }
      return;
    }
    tokens(segments.getFirst(), usage, lines);
    excess(segments.getFirst(), usage, demand.subtract(held), lines);
  }

  /** Tokens and charges are counted once, in the pool of the group's first segment. */
  private static void tokens(Segment segment, List<UsageTotal> usage, List<CostLine> lines) {
    for (UsageTotal total : usage) {
      lines.add(busy(segment, total, "prefill", Amounts.prefill(total)));
      lines.add(busy(segment, total, "decode", Amounts.decode(total)));
    }
  }

  private static void excess(
      Segment segment, List<UsageTotal> usage, BigInteger excess, List<CostLine> lines) {
    if (excess.signum() <= 0) {
      return;
    }
    List<BigInteger> reported =
        usage.stream().map(total -> total.prefillGpuNanos().add(total.decodeGpuNanos())).toList();
    List<BigInteger> shares = LargestRemainder.apportion(excess, reported);
    for (int i = 0; i < shares.size(); i++) {
      lines.add(
          CostLine.unattributed(
              usage.get(i),
              segment.pool(),
              segment.holding().role(),
              Amounts.unattributed(shares.get(i))));
    }
  }

  private static CostLine busy(Segment segment, UsageTotal usage, String phase, Amounts amounts) {
    return CostLine.of(
        segment, phase, "serving", usage.tenant(), usage.key(), usage.model(), amounts);
  }

  private static CostLine held(Segment segment, BigInteger nanos, Map<String, String> models) {
    Holding holding = segment.holding();
    GpuState state = holding.state();
    boolean nobody = holding.tenant().isEmpty();
    String tenant =
        !nobody ? holding.tenant() : state == GpuState.IDLE ? CostLine.IDLE : CostLine.PLATFORM;
    String kind = nobody && state != GpuState.IDLE ? "platform" : state.kind();
    String model =
        holding.model().isEmpty() ? models.getOrDefault(holding.deployment(), "") : holding.model();
    String name = state == GpuState.SERVING ? "reserved" : state.wireName();
    return CostLine.of(
        segment, name, kind, tenant, "", model, Amounts.time(nanos, segment.price()));
  }

  /** The model of a deployment, where its requests name only one. */
  private static Map<String, String> modelsOf(List<UsageTotal> usage) {
    Map<String, Set<String>> seen = new LinkedHashMap<>();
    usage.forEach(
        u -> seen.computeIfAbsent(u.deployment(), d -> new LinkedHashSet<>()).add(u.model()));
    Map<String, String> single = new LinkedHashMap<>();
    seen.forEach(
        (deployment, models) ->
            single.put(deployment, models.size() == 1 ? models.iterator().next() : ""));
    return single;
  }

  private static BigInteger sum(List<BigInteger> values) {
    return values.stream().reduce(BigInteger.ZERO, BigInteger::add);
  }
}
