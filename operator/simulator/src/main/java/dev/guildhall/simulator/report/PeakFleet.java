package dev.guildhall.simulator.report;

import dev.guildhall.simulator.cluster.Outcome;
import dev.guildhall.simulator.cluster.Simulation;
import dev.guildhall.simulator.model.MeanDemand;
import dev.guildhall.simulator.model.RoleModel;
import dev.guildhall.simulator.model.Scenario;
import dev.guildhall.simulator.policy.FixedFleet;
import dev.guildhall.simulator.trace.Arrivals;
import dev.guildhall.simulator.trace.Trace;
import java.util.ArrayList;
import java.util.List;

/**
 * A fixed fleet sized for the peak: per role, the groups that the busiest minute fills; one more of
 * each role until the promise holds.
 *
 * @param groups groups of each role
 * @param outcome what they came to
 */
record PeakFleet(List<Integer> groups, Outcome outcome) {

  static PeakFleet size(Scenario scenario, Trace trace, double copies, Arrivals arrivals) {
    var groups = new ArrayList<Integer>();
    for (RoleModel role : scenario.roles()) {
      double peak = MeanDemand.peakGroups(scenario, role, trace) * copies;
      groups.add((int) Math.max(1, Math.ceil(peak)));
    }
    int most = scenario.mostGroups();
    if (sum(groups) > most) {
      throw new IllegalArgumentException(
          "the busiest minute fills %s groups, but %s has room for %d: a smaller load, or more nodes"
              .formatted(groups, scenario.name(), most));
    }
    while (true) {
      var held = Simulation.runWhileHolding(scenario, arrivals, groups, new FixedFleet());
      if (held.isPresent()) {
        return new PeakFleet(List.copyOf(groups), held.get());
      }
      if (sum(groups) + groups.size() > most) {
        return new PeakFleet(
            List.copyOf(groups), Simulation.run(scenario, arrivals, groups, new FixedFleet()));
      }
      groups.replaceAll(count -> count + 1);
    }
  }

  private static int sum(List<Integer> groups) {
    return groups.stream().mapToInt(Integer::intValue).sum();
  }
}
