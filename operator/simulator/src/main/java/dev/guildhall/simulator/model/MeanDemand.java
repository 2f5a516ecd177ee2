package dev.guildhall.simulator.model;

import dev.guildhall.planner.scaling.RoleKind;
import dev.guildhall.simulator.trace.Request;
import dev.guildhall.simulator.trace.Trace;
import java.util.List;
import java.util.stream.Collectors;

/** What a trace asks for on average, by the step model alone: no queues, no bursts. */
public final class MeanDemand {

  private MeanDemand() {}

  /** Full groups, a fraction, that one copy of the trace keeps busy. */
  public static double groups(Scenario scenario, Trace trace) {
    double seconds = Math.max(1, trace.lengthMicros() / 1e6);
    return scenario.roles().stream()
        .mapToDouble(role -> busySeconds(scenario, role, trace.requests()) / seconds)
        .sum();
  }

  /** The same of one role in its busiest minute. */
  public static double peakGroups(Scenario scenario, RoleModel role, Trace trace) {
    var minutes =
        trace.requests().stream()
            .collect(Collectors.groupingBy(request -> request.arrivalMicros() / 60_000_000));
    return minutes.values().stream()
        .mapToDouble(requests -> busySeconds(scenario, role, requests) / 60)
        .max()
        .orElse(0);
  }

  /** Copies of the trace that make a load. */
  public static double copies(Scenario scenario, Trace trace, double load) {
    return load * scenario.groupsAtLoadOne() / groups(scenario, trace);
  }

  private static double busySeconds(Scenario scenario, RoleModel role, List<Request> requests) {
    return (role.kind() == RoleKind.DECODE ? 0 : promptSeconds(scenario, role, requests))
        + (role.kind() == RoleKind.PREFILL ? 0 : answerSeconds(scenario, role, requests));
  }

  private static double promptSeconds(Scenario scenario, RoleModel role, List<Request> requests) {
    double micros = 0;
    for (Request request : requests) {
      int fresh = request.freshTokens();
      double keys = fresh * (request.inputTokens() - fresh / 2.0);
      micros += role.step().promptMicros(fresh, keys, scenario.balance().placed());
    }
    return micros / 1e6 / scenario.ranksPerGroup();
  }

  /** With as many answers at once as the cache holds. */
  private static double answerSeconds(Scenario scenario, RoleModel role, List<Request> requests) {
    double tokens = 0;
    double keys = 0;
    for (Request request : requests) {
      tokens += request.outputTokens();
      keys += request.outputTokens() * (request.inputTokens() + request.outputTokens() / 2.0);
    }
    double context = Math.max(1, keys / tokens);
    double answers = Math.max(1, scenario.cacheTokensPerRank() / context);
    double step =
        role.step().nanos(0, answers, answers * context, scenario.balance().placed()) / 1e9;
    return tokens * step / answers / scenario.ranksPerGroup();
  }
}
