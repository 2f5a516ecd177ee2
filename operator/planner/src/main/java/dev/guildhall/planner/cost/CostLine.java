package dev.guildhall.planner.cost;

import java.util.Map;

/**
 * One part of the bill at the finest grain: every dimension has a value, {@link #NONE} where it
 * does not apply.
 */
record CostLine(Map<Dimension, String> dimensions, Amounts amounts) {
  static final String NONE = "-";
  static final String IDLE = "(idle)";
  static final String PLATFORM = "(platform)";
  static final String UNATTRIBUTED = "unattributed";

  static CostLine of(
      Segment segment,
      String state,
      String kind,
      String tenant,
      String key,
      String model,
      Amounts amounts) {
    Holding holding = segment.holding();
    return new CostLine(
        Map.of(
            Dimension.POOL, segment.pool(),
            Dimension.TENANT, tenant,
            Dimension.MODEL, orNone(model),
            Dimension.DEPLOYMENT, orNone(holding.deployment()),
            Dimension.ROLE, orNone(holding.role()),
            Dimension.STATE, state,
            Dimension.KIND, kind,
            Dimension.KEY, orNone(key)),
        amounts);
  }

  static CostLine unattributed(UsageTotal usage, String pool, String role, Amounts amounts) {
    return new CostLine(
        Map.of(
            Dimension.POOL, pool,
            Dimension.TENANT, usage.tenant(),
            Dimension.MODEL, orNone(usage.model()),
            Dimension.DEPLOYMENT, orNone(usage.deployment()),
            Dimension.ROLE, orNone(role),
            Dimension.STATE, UNATTRIBUTED,
            Dimension.KIND, UNATTRIBUTED,
            Dimension.KEY, orNone(usage.key())),
        amounts);
  }

  private static String orNone(String value) {
    return value.isEmpty() ? NONE : value;
  }
}
