package dev.guildhall.simulator.report;

import dev.guildhall.simulator.model.Scenario;
import java.util.List;
import java.util.Locale;

/** Results as text. */
public final class Table {

  private static final String LINE = "%-5s  %-24s  %9s  %10s  %11s  %-6s  %s%n";

  private Table() {}

  /** A table of all loads, and under it what the columns mean. */
  public static String of(Scenario scenario, List<LoadResult> results) {
    var text = new StringBuilder();
    text.append(scenario.name()).append(System.lineSeparator());
    text.append(
        String.format(
            Locale.ROOT,
            LINE,
            "LOAD",
            "POLICY",
            "SLO",
            "GPU-HOURS",
            "COST " + scenario.currency(),
            "HOLDS",
            "SETTING"));
    for (LoadResult result : results) {
      for (Row row : result.rows()) {
        text.append(
            String.format(
                Locale.ROOT,
                LINE,
                result.load(),
                row.policy(),
                "%.3f %%".formatted(100 * row.outcome().counts().attainment()),
                "%.1f".formatted(row.outcome().gpuHours()),
                "%.2f".formatted(row.outcome().cost()),
                row.holds() ? "yes" : "no",
                row.setting()));
      }
      text.append(
          String.format(
              Locale.ROOT,
              "       %.1f copies of the trace, %.0f requests/s%s%s%n",
              result.copies(),
              result.requestsPerSecond(),
              saved(result, Tuning.EACH_LOAD),
              saved(result, Tuning.ALL_LOADS)));
    }
    var promise = scenario.promise();
    return text.append(
            String.format(
                Locale.ROOT,
                "SLO: share of requests with a first token within %.1f s + %.2f ms per prompt token and at most %.0f ms per"
                    + " token after it; HOLDS: at least %.1f %%. GPU-hours and cost: GPUs held, starting and draining"
                    + " ones included. Peers are tuned in hindsight for each load, and with one setting for all of them, as the planner"
                    + " has one; SETTING is the metric's target per group.%n",
                promise.ttftSeconds(),
                promise.ttftMicrosPerToken() / 1000,
                promise.tpotSeconds() * 1000,
                promise.attainment() * 100))
        .toString();
  }

  private static String saved(LoadResult result, Tuning tuning) {
    return result
        .bestPeer(tuning)
        .map(
            peer ->
                String.format(
                    Locale.ROOT,
                    "; %.1f %% GPU-hours saved against %s%s",
                    100 * result.saved(peer),
                    peer.policy(),
                    result.onTarget(peer) ? "" : " (target of 15 % at no worse an SLO missed)"))
        .orElse("");
  }
}
