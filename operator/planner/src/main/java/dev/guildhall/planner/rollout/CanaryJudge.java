package dev.guildhall.planner.rollout;

import dev.guildhall.planner.rollout.CanaryVerdict.Fail;
import dev.guildhall.planner.rollout.CanaryVerdict.Hold;
import dev.guildhall.planner.rollout.CanaryVerdict.Promote;
import dev.guildhall.planner.rollout.CanaryVerdict.Shift;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Judges a canary by the version in force over the same time, so that what befalls both is held
 * against neither. Pure.
 */
public final class CanaryJudge {

  /** Standard errors by which a latency must be over the limit: chance reaches that once in 44. */
  private static final double CERTAIN = 2;

  private CanaryJudge() {}

  /** What becomes of it now. */
  public static CanaryVerdict judge(CanaryState state) {
    return failure(state)
        .<CanaryVerdict>map(Fail::new)
        .or(() -> hold(state).map(Hold::new))
        .orElseGet(() -> next(state));
  }

  private static Optional<String> failure(CanaryState state) {
    return Stream.of(
            errors(state),
            latency(
                state,
                "time to first token",
                state.canary().firstToken(),
                state.stable().firstToken()),
            latency(state, "time per output token", state.canary().token(), state.stable().token()),
            disagreement(state))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Fails early once even the calls that are still to come could not make up for it. */
  private static Optional<String> errors(CanaryState state) {
    var rules = state.rules();
    var canary = state.canary();
    double allowed = rules.errorShare() + state.stable().failureShare();
    return canary.failures() > allowed * Math.max(canary.calls(), rules.leastCalls())
        ? Optional.of(
            text(
                "%d of %d calls failed, of the version in force %d of %d; %.1f %% are allowed",
                canary.failures(),
                canary.calls(),
                state.stable().failures(),
                state.stable().calls(),
                100 * allowed))
        : Optional.empty();
  }

  private static Optional<String> latency(
      CanaryState state, String what, Sample canary, Sample stable) {
    int least = state.rules().leastCalls();
    double limit = stable.mean() * (1 + state.rules().latencyShare());
    double chance =
        CERTAIN
            * Math.hypot(
                canary.standardError(),
                stable.standardError() * (1 + state.rules().latencyShare()));
    return canary.count() >= least && stable.count() >= least && canary.mean() - chance > limit
        ? Optional.of(
            text(
                "%s is %.1f ms on average, of the version in force %.1f ms; %.1f ms are allowed",
                what, 1e3 * canary.mean(), 1e3 * stable.mean(), 1e3 * limit))
        : Optional.empty();
  }

  private static Optional<String> disagreement(CanaryState state) {
    double least = state.rules().agreement();
    return state.agreement().isPresent() && state.agreement().getAsDouble() < least
        ? Optional.of(
            text(
                "%.1f %% of the tokens that the version in force writes are its first choice; %.1f %% are asked",
                100 * state.agreement().getAsDouble(), 100 * least))
        : Optional.empty();
  }

  private static Optional<String> hold(CanaryState state) {
    var rules = state.rules();
    if (!state.serves()) {
      return Optional.of("its group is not ready");
    }
    if (!state.measured()) {
      return Optional.of("the gateway's metrics are missing or stale");
    }
    if (state.weightPercent() > 0 && state.held().compareTo(rules.step()) < 0) {
      return Optional.of(text("%d of %d s", state.held().toSeconds(), rules.step().toSeconds()));
    }
    if (state.weightPercent() > 0 && state.canary().calls() < rules.leastCalls()) {
      return Optional.of(text("%d of %d requests", state.canary().calls(), rules.leastCalls()));
    }
    if (state.weightPercent() > 0
        && state.weightPercent() < 100
        && state.stable().calls() < rules.leastCalls()) {
      return Optional.of(
          text(
              "the version in force ended %d of the %d requests that a comparison needs",
              state.stable().calls(), rules.leastCalls()));
    }
    if (rules.agreement() > 0 && state.agreement().isEmpty()) {
      return Optional.of("its answers to the fixed prompts are awaited");
    }
    return Optional.empty();
  }

  private static CanaryVerdict next(CanaryState state) {
    return state.rules().weightPercents().stream()
        .filter(weight -> weight > state.weightPercent())
        .findFirst()
        .<CanaryVerdict>map(weight -> new Shift(weight, "%d %% of the requests".formatted(weight)))
        .orElseGet(() -> new Promote("it did as well as the version in force in every step"));
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
