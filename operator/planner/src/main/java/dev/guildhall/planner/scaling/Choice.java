package dev.guildhall.planner.scaling;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weighs options: what costs nothing first, then GPUs; what was passed over is kept with its price.
 */
final class Choice {

  private final ScalingState state;
  private final List<Outlook> outlooks;
  private final Purse purse;
  private final Map<String, Integer> spare = new LinkedHashMap<>();
  private final List<ScalingOption> chosen = new ArrayList<>();
  private final List<ScalingOption> rejected = new ArrayList<>();

  Choice(ScalingState state, List<Outlook> outlooks) {
    this.state = state;
    this.outlooks = outlooks;
    this.purse = new Purse(state);
    for (Outlook outlook : outlooks) {
      int floor = outlook.hold().isPresent() ? Integer.MAX_VALUE : outlook.floor();
      spare.put(outlook.role().name(), Math.max(0, outlook.role().credited() - floor));
    }
  }

  List<ScalingOption> chosen() {
    return chosen;
  }

  List<ScalingOption> rejected() {
    return rejected;
  }

  void choose() {
    if (outlooks.stream().allMatch(outlook -> outlook.sleepy(state) || outlook.asleep())) {
      outlooks.stream().filter(outlook -> outlook.sleepy(state)).forEach(this::sleep);
      outlooks.stream().filter(Outlook::asleep).forEach(this::wake);
      return;
    }
    outlooks.stream()
        .sorted(Comparator.comparingDouble(Choice::fill))
        .forEach(
            outlook -> {
              if (outlook.asleep()) {
                wake(outlook);
              } else {
                rise(outlook);
              }
            });
    outlooks.forEach(this::fall);
  }

  /** Roles that lack most come first; those on hold come last. */
  private static double fill(Outlook outlook) {
    return outlook.need() == null || outlook.need().exact() == 0
        ? Double.MAX_VALUE
        : outlook.role().credited() / outlook.need().exact();
  }

  private void sleep(Outlook outlook) {
    var role = outlook.role();
    choose(
        Action.of(Action.Kind.SLEEP, role.name(), role.credited()),
        -role.credited() * (long) role.gpusPerGroup(),
        "no request for %.0f s".formatted(state.policy().sleepSeconds()));
  }

  private void wake(Outlook outlook) {
    var waiting =
        outlooks.stream()
            .filter(other -> other.need() != null)
            .mapToDouble(other -> other.role().demand().waitingRequests())
            .sum();
    if (waiting > 0) {
      int wanted = outlook.need() == null ? 1 : outlook.wanted();
      add(outlook.role(), Action.Kind.WAKE, wanted, "%.0f requests wait".formatted(waiting));
    }
  }

  private void rise(Outlook outlook) {
    var role = outlook.role();
    int have = role.credited();
    int least = Math.min(role.minGroups(), role.maxGroups());
    if (have < least) {
      add(role, Action.Kind.ADD, least - have, "below its minimum of %d".formatted(least));
      return;
    }
    if (outlook.need() == null) {
      return;
    }
    int lacking = outlook.wanted() - have;
    lacking = new ExpertChoice(state, this).relieve(outlook, lacking);
    lacking -= shift(outlook, lacking);
    if (lacking > 0) {
      add(role, Action.Kind.ADD, lacking, why(outlook));
    }
  }

  private int shift(Outlook outlook, int lacking) {
    int moved = 0;
    for (Outlook giver : outlooks) {
      int amount = Math.min(lacking - moved, spare.get(giver.role().name()));
      if (amount <= 0 || giver == outlook) {
        continue;
      }
      var action =
          new Action(Action.Kind.SHIFT, outlook.role().name(), giver.role().name(), amount);
      if (!giver.role().layout().equals(outlook.role().layout())) {
        reject(action, 0, "groups of the two roles have different layouts");
        continue;
      }
      choose(action, 0, "%s has groups to spare; %s".formatted(giver.role().name(), why(outlook)));
      spare.merge(giver.role().name(), -amount, Integer::sum);
      reject(
          Action.of(Action.Kind.ADD, outlook.role().name(), amount),
          amount * (long) outlook.role().gpusPerGroup(),
          "a shift takes no more GPUs");
      moved += amount;
    }
    return moved;
  }

  private void add(RoleState role, Action.Kind kind, int wanted, String reason) {
    var bound = purse.bound(role);
    int amount = Math.min(wanted, bound.groups());
    if (amount < wanted) {
      reject(
          Action.of(kind, role.name(), wanted),
          wanted * (long) role.gpusPerGroup(),
          bound.reason() + "; " + reason);
    }
    if (amount > 0) {
      purse.take(role, amount);
      choose(Action.of(kind, role.name(), amount), amount * (long) role.gpusPerGroup(), reason);
    }
  }

  private void fall(Outlook outlook) {
    var role = outlook.role();
    int over = role.credited() - role.maxGroups();
    int amount = Math.max(over, spare.get(role.name()));
    if (amount > 0) {
      choose(
          Action.of(Action.Kind.REMOVE, role.name(), amount),
          -amount * (long) role.gpusPerGroup(),
          over >= amount
              ? "above its maximum of %d".formatted(role.maxGroups())
              : "%.0f s needed at most %d"
                  .formatted(state.policy().downSeconds(), outlook.floor()));
    } else if (outlook.need() != null && outlook.wanted() < role.credited()) {
      int surplus = role.credited() - outlook.wanted();
      reject(
          Action.of(Action.Kind.REMOVE, role.name(), surplus),
          -surplus * (long) role.gpusPerGroup(),
          "not for %.0f s yet, or within the band".formatted(state.policy().downSeconds()));
    }
  }

  private static String why(Outlook outlook) {
    return "%s asks for %.2f groups, %d are there or coming"
        .formatted(outlook.need().signal(), outlook.need().exact(), outlook.role().credited());
  }

  void choose(Action action, long gpus, String reason) {
    chosen.add(new ScalingOption(action, cost(gpus), reason));
  }

  void reject(Action action, long gpus, String reason) {
    rejected.add(new ScalingOption(action, cost(gpus), reason));
  }

  private BigDecimal cost(long gpus) {
    return state.pool().costPerHour(gpus);
  }
}
