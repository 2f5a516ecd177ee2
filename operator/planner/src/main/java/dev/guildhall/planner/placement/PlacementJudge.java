package dev.guildhall.planner.placement;

import dev.guildhall.planner.placement.PlacementDecision.Forecast;
import dev.guildhall.planner.placement.PlacementDecision.Keep;
import dev.guildhall.planner.placement.PlacementDecision.Rebalance;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Decides between the current placement and a better one. Pure: the same history gives the same
 * answer.
 *
 * <p>The new placement is planned on the sum of the recorded windows and compared with the current
 * one on each of them, so that what helped one window by chance does not count: the gain must
 * exceed twice its standard error over the windows, the policy's least gain, and its cost by the
 * margin. Where tokens may be split by weight, other weights alone, which move nothing, are an
 * alternative to moving replicas.
 */
public final class PlacementJudge {

  private PlacementJudge() {}

  /**
   * What there is to decide about.
   *
   * @param placement in force
   * @param split in force
   * @param weighted whether tokens may be split over replicas by weight
   */
  public record Current(ExpertMap placement, TokenSplit split, boolean weighted) {}

  /**
   * Rebalance or keep.
   *
   * @param windows tokens per window, layer and expert, oldest first
   * @throws InvalidPlacementException where a window does not fit the placement
   */
  public static PlacementDecision decide(
      Current current,
      Locality locality,
      List<double[][]> windows,
      PlacementPolicy policy,
      MoveCost cost) {
    if (windows.size() < policy.windows()) {
      return new Keep(
          Forecast.NONE, "%d of %d windows recorded".formatted(windows.size(), policy.windows()));
    }
    return plans(current, locality, sum(windows), policy.budget())
        .map(plan -> judged(plan, forecast(current, plan, windows, policy, cost), policy))
        .max(Comparator.comparing(decision -> worth(decision, policy)))
        .orElseGet(
            () -> {
              double now = Balance.of(current.placement(), current.split(), sum(windows));
              return new Keep(Forecast.NONE, "no move improves balancedness %.4f".formatted(now));
            });
  }

  /** What could be done instead of nothing. */
  private static Stream<PlacementPlan> plans(
      Current current, Locality locality, double[][] loads, int budget) {
    if (!current.weighted()) {
      return Stream.of(PlacementPlanner.improve(current.placement(), locality, loads, budget))
          .filter(plan -> plan.moved() > 0);
    }
    var split = TokenSplit.best(current.placement(), loads);
    var stay =
        new PlacementPlan(
            current.placement(),
            split,
            Balance.of(current.placement(), current.split(), loads),
            Balance.of(current.placement(), split, loads),
            0);
    return Stream.of(
            stay, PlacementPlanner.improveWeighted(current.placement(), locality, loads, budget))
        .filter(plan -> plan.moved() > 0 || !plan.split().equals(current.split()));
  }

  /** Seconds of the group; what is to be done is worth more than what is not. */
  private static double worth(PlacementDecision decision, PlacementPolicy policy) {
    var forecast = decision.forecast();
    double net = forecast.gainSeconds() - policy.margin() * forecast.costSeconds();
    return decision instanceof Rebalance ? net : Math.min(net, 0);
  }

  private static PlacementDecision judged(
      PlacementPlan plan, Forecast forecast, PlacementPolicy policy) {
    double gain = forecast.after() - forecast.before();
    if (gain < policy.leastGain() || gain <= 2 * forecast.uncertainty()) {
      return new Keep(
          forecast,
          "balancedness would change by %.4f ± %.4f, which may be noise (least gain %.4f)"
              .formatted(gain, forecast.uncertainty(), policy.leastGain()));
    }
    String sums =
        "%.2f s gained over %.0f s against %.2f s for moving %d replicas"
            .formatted(
                forecast.gainSeconds(),
                policy.horizonSeconds(),
                forecast.costSeconds(),
                forecast.moved());
    return forecast.gainSeconds() > policy.margin() * forecast.costSeconds()
        ? new Rebalance(plan, forecast, sums)
        : new Keep(forecast, sums + ", less than %.1f times as much".formatted(policy.margin()));
  }

  private static Forecast forecast(
      Current current,
      PlacementPlan plan,
      List<double[][]> windows,
      PlacementPolicy policy,
      MoveCost cost) {
    double[] before = balance(current.placement(), current.split(), windows);
    double[] after = balance(plan.placement(), plan.split(), windows);
    double meanBefore = mean(before);
    double meanAfter = mean(after);
    double saved = policy.expertShare() * (1 - meanBefore / meanAfter);
    double loadSeconds =
        plan.placement().mostMovesOfARank(current.placement())
            * (double) cost.bytesPerReplica()
            / cost.bytesPerSecond();
    return new Forecast(
        meanBefore,
        meanAfter,
        standardError(
            IntStream.range(0, before.length).mapToDouble(w -> after[w] - before[w]).toArray()),
        plan.moved(),
        plan.moved() * cost.bytesPerReplica(),
        loadSeconds,
        cost.pauseSeconds() + cost.slowdown() * loadSeconds,
        saved * policy.horizonSeconds());
  }

  private static double[] balance(ExpertMap placement, TokenSplit split, List<double[][]> windows) {
    return windows.stream().mapToDouble(w -> Balance.of(placement, split, w)).toArray();
  }

  private static double[][] sum(List<double[][]> windows) {
    double[][] sum =
        Arrays.stream(windows.getFirst()).map(double[]::clone).toArray(double[][]::new);
    for (var window : windows.subList(1, windows.size())) {
      if (window.length != sum.length) {
        throw new InvalidPlacementException("windows have different numbers of layers");
      }
      for (int layer = 0; layer < sum.length; layer++) {
        if (window[layer].length != sum[layer].length) {
          throw new InvalidPlacementException("windows have different numbers of experts");
        }
        for (int expert = 0; expert < sum[layer].length; expert++) {
          sum[layer][expert] += window[layer][expert];
        }
      }
    }
    return sum;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  private static double standardError(double[] values) {
    if (values.length < 2) {
      return 0;
    }
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }
}
