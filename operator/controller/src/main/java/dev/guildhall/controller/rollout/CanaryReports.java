package dev.guildhall.controller.rollout;

import dev.guildhall.crds.Canary;
import dev.guildhall.crds.CanaryPolicy;
import dev.guildhall.crds.CanaryReport;
import dev.guildhall.crds.LaneFigures;
import dev.guildhall.crds.Role;
import dev.guildhall.planner.rollout.CanaryRules;
import dev.guildhall.planner.rollout.CanaryState;
import dev.guildhall.planner.rollout.Lane;
import dev.guildhall.planner.rollout.Sample;
import java.time.Duration;

/** Between the words of the API and those of the planner. */
final class CanaryReports {

  private CanaryReports() {}

  /** What a role's versions have to stand up to. */
  static CanaryRules rules(Role role, int groups) {
    var policy = CanaryPolicy.orDefault(role.canary(), groups);
    return new CanaryRules(
        policy.weightPercents(),
        Duration.ofSeconds(policy.stepSeconds()),
        policy.minRequests(),
        policy.errorPercent() / 100.0,
        policy.latencyPercent() / 100.0,
        policy.agreementPercent() / 100.0);
  }

  static CanaryReport of(Role role, CanaryState state, String message) {
    return new CanaryReport(
        role.name(),
        state.step(),
        state.weightPercent(),
        message,
        figures(state.canary()),
        figures(state.stable()));
  }

  static CanaryReport failed(Role role, Canary canary) {
    return new CanaryReport(
        role.name(), null, canary.weightPercent(), canary.failure(), null, null);
  }

  private static LaneFigures figures(Lane lane) {
    return lane.calls() == 0
        ? null
        : new LaneFigures(
            lane.calls(), lane.failures(), micros(lane.firstToken()), micros(lane.token()));
  }

  private static Long micros(Sample sample) {
    return sample.count() == 0 ? null : Math.round(sample.mean() * 1e6);
  }
}
