package dev.guildhall.simulator.report;

import dev.guildhall.simulator.model.Scenario;
import dev.guildhall.simulator.policy.HorizontalPodAutoscaler;
import dev.guildhall.simulator.policy.HorizontalPodAutoscaler.Settings;
import dev.guildhall.simulator.trace.Arrivals;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What comes at a load.
 *
 * @param load the load asked for
 * @param copies copies of the trace that it took
 * @param arrivals the requests
 * @param fixed the fixed fleet, with whose groups every policy begins
 */
record Load(double load, double copies, Arrivals arrivals, PeakFleet fixed) {

  /** So high a target never asks for more than the minimum. */
  private static final double NEVER = 1e12;

  double requestsPerSecond() {
    return arrivals.measured() / Math.max(1e-9, arrivals.endNanos() / 1e9);
  }

  /** A peer with settings by role; a role without one has the fixed fleet's groups throughout. */
  HorizontalPodAutoscaler autoscaler(Scenario scenario, Peer peer, Map<String, Settings> chosen) {
    return new HorizontalPodAutoscaler(peer.metric(), settings(scenario, chosen));
  }

  private Map<String, Settings> settings(Scenario scenario, Map<String, Settings> chosen) {
    var settings = new LinkedHashMap<String, Settings>();
    for (int i = 0; i < scenario.roles().size(); i++) {
      var name = scenario.roles().get(i).name();
      settings.put(name, chosen.getOrDefault(name, new Settings(NEVER, fixed.groups().get(i))));
    }
    return settings;
  }
}
