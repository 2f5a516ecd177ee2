package dev.guildhall.controller.balance;

import dev.guildhall.crds.ExpertPlacementSpec;
import dev.guildhall.planner.placement.Balance;
import dev.guildhall.planner.placement.ExpertGrid;
import dev.guildhall.planner.placement.ExpertMap;
import dev.guildhall.planner.placement.Locality;
import dev.guildhall.planner.placement.MoveCost;
import dev.guildhall.planner.placement.PlacementDecision;
import dev.guildhall.planner.placement.PlacementDecision.Rebalance;
import dev.guildhall.planner.placement.PlacementJudge;
import dev.guildhall.planner.placement.PlacementPolicy;
import dev.guildhall.planner.placement.TokenSplit;
import dev.guildhall.planner.placement.Widening;
import dev.guildhall.planner.plan.ModelShape;
import dev.guildhall.planner.plan.Numerics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Decides whether a role's experts are to lie elsewhere; the decision itself is the planner's. */
@ApplicationScoped
public class Rebalancer {
  private static final Logger LOG = Logger.getLogger(Rebalancer.class);

  /** Share of a step that waits for the busiest rank's experts, in decode. */
  private static final double EXPERT_SHARE = 0.4;

  private static final double HORIZON_SECONDS = 1800;
  private static final double MARGIN = 2;
  private static final double LEAST_GAIN = 0.02;
  private static final int WINDOWS = 3;

  /** Of a layer's slots, the most that change at a time; what is left over comes next time. */
  private static final int SLOTS_PER_MOVE = 8;

  /** Ranks read replicas from the model's files; a slow disk's rate, in bytes per second. */
  private static final double LOAD_RATE = 1e9;

  /** Of the group's speed, while replicas are loaded. */
  private static final double SLOWDOWN = 0.1;

  /** How long a switch is thought to stop steps before one has been seen. */
  private static final double PAUSE_SECONDS = 0.5;

  private final ExpertLoads loads;

  Rebalancer(ExpertLoads loads) {
    this.loads = loads;
  }

  /**
   * Where things are.
   *
   * @param namespace of the deployment
   * @param ranks of one group
   * @param placement in force
   * @param weighted whether tokens may be split over copies by weight
   */
  public record Situation(
      String namespace,
      String deployment,
      String role,
      int ranks,
      ModelShape shape,
      Numerics numerics,
      ExpertPlacementSpec placement,
      boolean weighted) {}

  /**
   * A better map with the next epoch and the numbers that speak for it, or empty. While ranks are
   * still going over to the current map nothing is decided.
   */
  public Optional<ExpertPlacementSpec> better(Situation now) {
    var history = history(now);
    var applied = history.appliedEpoch();
    if (applied.isEmpty() || applied.getAsLong() != now.placement().epoch()) {
      return Optional.empty();
    }
    if (!now.weighted() && now.placement().weights() != null) {
      var reason = "rebalance is not Weighted, so tokens are split equally";
      return Optional.of(next(now, map(now), TokenSplit.EQUAL, reason));
    }
    var windows = history.ifNew();
    if (windows.isEmpty() || !fits(windows, now.shape())) {
      return Optional.empty();
    }
    var decision = decide(now, windows, history.pauseSeconds());
    LOG.debugf("%s: %s", now.role(), decision.reason());
    if (!(decision instanceof Rebalance(var plan, var forecast, var sums))) {
      return Optional.empty();
    }
    history.clear();
    var reason =
        "balancedness %.4f becomes %.4f ± %.4f over %d windows by moving %d replicas%s; %s"
            .formatted(
                forecast.before(),
                forecast.after(),
                forecast.uncertainty(),
                windows.size(),
                plan.moved(),
                now.weighted() ? " and by other weights" : "",
                sums);
    return Optional.of(next(now, plan.placement(), plan.split(), reason));
  }

  /**
   * The same map with more copies of the experts that were busy in the last window, and the next
   * epoch. Empty while ranks are still going over to the current map, or nothing is known of them.
   *
   * @param redundantExperts in each layer, more than now
   */
  public Optional<ExpertPlacementSpec> wider(Situation now, int redundantExperts) {
    var window = latest(now);
    if (window.isEmpty() || !appliedEpoch(now).equals(Optional.of(now.placement().epoch()))) {
      return Optional.empty();
    }
    var spec = wider(now, redundantExperts, window.get());
    history(now).clear();
    return Optional.of(spec);
  }

  private Optional<double[][]> latest(Situation now) {
    return history(now).latest().filter(window -> fits(List.<double[][]>of(window), now.shape()));
  }

  static ExpertPlacementSpec wider(Situation now, int redundantExperts, double[][] window) {
    var map = map(now);
    var loads = withUncounted(window, now.placement().layers().size());
    var wide = Widening.of(map, now.shape().routedExperts() + redundantExperts, loads);
    var split = now.weighted() ? TokenSplit.best(wide, loads) : TokenSplit.EQUAL;
    var reason =
        "balancedness %.4f becomes %.4f in the last window's load with %d redundant experts in each layer instead of %d"
            .formatted(
                Balance.of(map, split(now), loads),
                Balance.of(wide, split, loads),
                redundantExperts,
                map.grid().slots() - map.grid().experts());
    return next(now, wide, split, reason);
  }

  private static ExpertPlacementSpec next(
      Situation now, ExpertMap map, TokenSplit split, String reason) {
    return new ExpertPlacementSpec(
        now.placement().epoch() + 1, map.asLists(), split.asLists().orElse(null), reason);
  }

  private static TokenSplit split(Situation now) {
    return TokenSplit.of(now.placement().weights());
  }

  /**
   * Mean by highest load of a rank over the last window, 1 where all are equal or nothing is known.
   */
  public double balancedness(Situation now) {
    var history = history(now);
    latest(now).ifPresent(window -> history.judged(balancedness(now, window)));
    return history.balancedness();
  }

  private static double balancedness(Situation now, double[][] window) {
    int layers = now.placement().layers().size();
    return Balance.of(map(now), split(now), withUncounted(window, layers));
  }

  /** The lowest epoch that a ready rank goes by, as last seen. */
  public Optional<Integer> appliedEpoch(Situation now) {
    var epoch = history(now).appliedEpoch();
    return epoch.isPresent() ? Optional.of((int) epoch.getAsLong()) : Optional.empty();
  }

  /** Forgets a deployment. */
  public void forget(String namespace, String deployment) {
    loads.forget(namespace, deployment);
  }

  private LoadHistory history(Situation now) {
    return loads.of(new ExpertLoads.RoleKey(now.namespace(), now.deployment(), now.role()));
  }

  private static boolean fits(List<double[][]> windows, ModelShape shape) {
    return windows.stream()
        .allMatch(
            w ->
                w.length == shape.moeLayers()
                    && Arrays.stream(w).allMatch(l -> l.length == shape.routedExperts()));
  }

  static PlacementDecision decide(Situation now, List<double[][]> windows, double pauseSeconds) {
    var shape = now.shape();
    var layers = now.placement().layers();
    var map = map(now);
    var policy =
        new PlacementPolicy(
            layers.size() * Math.max(1, map.grid().slots() / SLOTS_PER_MOVE),
            EXPERT_SHARE,
            HORIZON_SECONDS,
            MARGIN,
            LEAST_GAIN,
            WINDOWS);
    var cost =
        new MoveCost(
            now.numerics().matrix(shape.expertParameters()),
            LOAD_RATE,
            SLOWDOWN,
            pauseSeconds > 0 ? pauseSeconds : PAUSE_SECONDS);
    return PlacementJudge.decide(
        new PlacementJudge.Current(map, split(now), now.weighted()),
        Locality.ANYWHERE,
        windows.stream().map(w -> withUncounted(w, layers.size())).toList(),
        policy,
        cost);
  }

  private static ExpertMap map(Situation now) {
    var layers = now.placement().layers();
    int slots = layers.getFirst().size();
    return ExpertMap.of(
        ExpertGrid.of(now.shape().routedExperts(), slots, 1, 1, now.ranks()),
        layers.stream()
            .map(l -> l.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new));
  }

  /** Layers that ranks do not count, those of multi-token prediction, are taken to be even. */
  private static double[][] withUncounted(double[][] window, int layers) {
    double[][] all = Arrays.copyOf(window, layers);
    for (int layer = window.length; layer < layers; layer++) {
      all[layer] = new double[window[0].length];
      Arrays.fill(all[layer], 1);
    }
    return all;
  }
}
