package dev.guildhall.controller.rollout;

import dev.guildhall.crds.Canary;
import dev.guildhall.crds.CanaryPolicy;
import dev.guildhall.crds.CanaryReport;
import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.crds.LaneFigures;
import dev.guildhall.crds.Role;
import dev.guildhall.planner.rollout.CanaryRules;
import dev.guildhall.planner.rollout.CanaryState;
import dev.guildhall.planner.rollout.Lane;
import dev.guildhall.planner.rollout.Sample;
import java.time.Duration;
import java.util.Locale;

/** Between the words of the API and those of the planner. */
final class CanaryMapper {

  private CanaryMapper() {}

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

  /** A version at the beginning: its group is made, and gets nothing yet. */
  static Canary begun(Role role, GroupTemplate template) {
    return asAsked(role, new Canary(template, 0, null, null));
  }

  /** The same, with fixed prompts where the role asks for agreement by now, else without. */
  static Canary asAsked(Role role, Canary canary) {
    boolean asksAgreement =
        role.canary() != null
            && role.canary().agreementPercent() != null
            && role.canary().agreementPercent() > 0;
    return new Canary(
        canary.template(), canary.weightPercent(), asksAgreement ? true : null, canary.failure());
  }

  static CanaryReport of(Role role, CanaryState state, String message) {
    return new CanaryReport(
        role.name(),
        state.step(),
        state.weightPercent(),
        message,
        state.agreement().isPresent()
            ? String.format(Locale.ROOT, "%.1f", 100 * state.agreement().getAsDouble())
            : null,
        figures(state.canary()),
        figures(state.stable()));
  }

  static CanaryReport failed(Role role, Canary canary) {
    return new CanaryReport(
        role.name(), null, canary.weightPercent(), canary.failure(), null, null, null);
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
