package dev.guildhall.planner.scaling;

import java.util.ArrayList;
import java.util.List;

/**
 * What a decision hands to the next one about a role; bounded, since points leave with their
 * window.
 *
 * @param role name of the role
 * @param tokensPerSecond best knowledge of a full group's prompt rate; 0 before the first sample
 * @param demand prompt tokens (prefill, unified) or requests (decode) per second, over the window
 *     in which rises are looked for
 * @param needs groups needed (a fraction), over the window that a removal looks back on
 * @param idleSinceMillis since when no request came, or -1
 * @param rebalancedMillis when experts were last moved, or -1
 */
public record RoleMemory(
    String role,
    double tokensPerSecond,
    List<Point> demand,
    List<Point> needs,
    long idleSinceMillis,
    long rebalancedMillis) {

  /** Keeps copies. */
  public RoleMemory {
    demand = List.copyOf(demand);
    needs = List.copyOf(needs);
  }

  static RoleMemory empty(String role) {
    return new RoleMemory(role, 0, List.of(), List.of(), -1, -1);
  }

  RoleMemory withRate(double value) {
    return new RoleMemory(role, value, demand, needs, idleSinceMillis, rebalancedMillis);
  }

  RoleMemory withDemand(Point point, double seconds) {
    return new RoleMemory(
        role,
        tokensPerSecond,
        appended(demand, point, seconds),
        needs,
        idleSinceMillis,
        rebalancedMillis);
  }

  RoleMemory withNeed(Point point, double seconds) {
    return new RoleMemory(
        role,
        tokensPerSecond,
        demand,
        appended(needs, point, seconds),
        idleSinceMillis,
        rebalancedMillis);
  }

  RoleMemory withIdleSince(long millis) {
    return new RoleMemory(role, tokensPerSecond, demand, needs, millis, rebalancedMillis);
  }

  RoleMemory withRebalanced(long millis) {
    return new RoleMemory(role, tokensPerSecond, demand, needs, idleSinceMillis, millis);
  }

  RoleMemory withoutNeeds() {
    return new RoleMemory(
        role, tokensPerSecond, demand, List.of(), idleSinceMillis, rebalancedMillis);
  }

  /** Keeps the newest point that is older than the window: it shows that the window is covered. */
  private static List<Point> appended(List<Point> points, Point point, double seconds) {
    long start = point.atMillis() - Math.round(seconds * 1000);
    var kept = new ArrayList<Point>();
    for (Point old : points) {
      if (old.atMillis() < point.atMillis()) {
        if (old.atMillis() <= start) {
          kept.clear();
        }
        kept.add(old);
      }
    }
    kept.add(point);
    return kept;
  }
}
