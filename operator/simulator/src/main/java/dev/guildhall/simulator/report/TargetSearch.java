package dev.guildhall.simulator.report;

import dev.guildhall.simulator.cluster.Cluster;
import dev.guildhall.simulator.cluster.Outcome;
import dev.guildhall.simulator.cluster.Simulation;
import dev.guildhall.simulator.model.RoleModel;
import dev.guildhall.simulator.model.Scenario;
import dev.guildhall.simulator.policy.HorizontalPodAutoscaler;
import dev.guildhall.simulator.policy.HorizontalPodAutoscaler.Settings;
import dev.guildhall.simulator.trace.Arrivals;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongBiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tunes a peer for this very trace and load: per role, the target and the minimum of groups that
 * keep the promise with the fewest GPU-hours. The other role has the fixed fleet's groups
 * meanwhile.
 */
final class TargetSearch {

  private static final int TARGETS = 14;

  private final Scenario scenario;
  private final Arrivals arrivals;
  private final List<Integer> fixed;
  private final ToLongBiFunction<Cluster, RoleModel> metric;

  TargetSearch(
      Scenario scenario,
      Arrivals arrivals,
      List<Integer> fixed,
      ToLongBiFunction<Cluster, RoleModel> metric) {
    this.scenario = scenario;
    this.arrivals = arrivals;
    this.fixed = fixed;
    this.metric = metric;
  }

  Row search(String name) {
    var chosen = new LinkedHashMap<String, Settings>();
    for (int i = 0; i < fixed.size(); i++) {
      // So high a target never asks for more than the minimum.
      chosen.put(scenario.roles().get(i).name(), new Settings(1e12, fixed.get(i)));
    }
    for (int i = 0; i < fixed.size(); i++) {
      tune(chosen, i);
    }
    var outcome =
        Simulation.run(scenario, arrivals, fixed, new HorizontalPodAutoscaler(metric, chosen));
    return new Row(
        name,
        text(chosen),
        outcome.counts().attainment() >= scenario.promise().attainment(),
        outcome);
  }

  private void tune(Map<String, Settings> chosen, int role) {
    String name = scenario.roles().get(role).name();
    var best = chosen.get(name);
    long least = Long.MAX_VALUE;
    int most = fixed.get(role);
    for (int min : IntStream.of(1, (most + 1) / 2).distinct().toArray()) {
      int fails = TARGETS + 1;
      int holds = -1;
      while (fails - holds > 1) {
        int middle = (fails + holds) / 2;
        var tried = new Settings(1L << middle, min);
        chosen.put(name, tried);
        Optional<Outcome> outcome =
            Simulation.runWhileHolding(
                scenario, arrivals, fixed, new HorizontalPodAutoscaler(metric, chosen));
        if (outcome.isPresent()) {
          holds = middle;
          if (outcome.get().gpuNanos() < least) {
            least = outcome.get().gpuNanos();
            best = tried;
          }
        } else {
          fails = middle;
        }
      }
    }
    chosen.put(name, best);
  }

  private static String text(Map<String, Settings> chosen) {
    return chosen.entrySet().stream()
        .map(
            e ->
                e.getValue().target() >= 1e12
                    ? "%s %d fixed".formatted(e.getKey(), e.getValue().minGroups())
                    : "%s %.0f, min %d"
                        .formatted(e.getKey(), e.getValue().target(), e.getValue().minGroups()))
        .collect(Collectors.joining("; "));
  }
}
