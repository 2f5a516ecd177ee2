package dev.guildhall.simulator.report;

import dev.guildhall.simulator.cluster.Simulation;
import dev.guildhall.simulator.model.Scenario;
import dev.guildhall.simulator.policy.HorizontalPodAutoscaler.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Tunes a peer in hindsight: per role, the target and the minimum of groups that keep the promise
 * at every one of the loads with the fewest GPU-hours of all of them. Targets are powers of two.
 * The other role has the fixed fleet's groups until it is tuned.
 */
final class TargetSearch {

  private static final int STEPS = 4;
  private static final int TARGETS = 14 * STEPS;

  private final Scenario scenario;
  private final Peer peer;
  private final List<Load> loads;

  TargetSearch(Scenario scenario, Peer peer, List<Load> loads) {
    this.scenario = scenario;
    this.peer = peer;
    this.loads = List.copyOf(loads);
  }

  /** Settings by role; none for a role where no target keeps the promise. */
  Map<String, Settings> search() {
    var chosen = new LinkedHashMap<String, Settings>();
    for (int role = 0; role < scenario.roles().size(); role++) {
      tune(chosen, role);
    }
    return chosen;
  }

  private void tune(Map<String, Settings> chosen, int role) {
    String name = scenario.roles().get(role).name();
    Settings best = null;
    long least = Long.MAX_VALUE;
    for (int min : minima(role)) {
      int fails = TARGETS + 1;
      int holds = -1;
      while (fails - holds > 1) {
        int middle = (fails + holds) / 2;
        var tried = new Settings(Math.pow(2, middle / (double) STEPS), min);
        chosen.put(name, tried);
        var held = gpuNanos(chosen);
        if (held.isPresent()) {
          holds = middle;
          if (held.getAsLong() < least) {
            least = held.getAsLong();
            best = tried;
          }
        } else {
          fails = middle;
        }
      }
    }
    chosen.remove(name);
    if (best != null) {
      chosen.put(name, best);
    }
  }

  /** One group, or half of a fixed fleet. */
  private int[] minima(int role) {
    var halves = loads.stream().mapToInt(load -> (load.fixed().groups().get(role) + 1) / 2);
    return IntStream.concat(IntStream.of(1), halves).distinct().toArray();
  }

  /** Of all loads together; empty where one of them misses the promise. */
  private OptionalLong gpuNanos(Map<String, Settings> chosen) {
    long sum = 0;
    for (Load load : loads) {
      var outcome =
          Simulation.runWhileHolding(
              scenario,
              load.arrivals(),
              load.fixed().groups(),
              load.autoscaler(scenario, peer, chosen));
      if (outcome.isEmpty()) {
        return OptionalLong.empty();
      }
      sum = Math.addExact(sum, outcome.get().gpuNanos());
    }
    return OptionalLong.of(sum);
  }
}
