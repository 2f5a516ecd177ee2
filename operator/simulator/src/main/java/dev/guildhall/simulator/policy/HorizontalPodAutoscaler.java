package dev.guildhall.simulator.policy;

import dev.guildhall.simulator.cluster.Autoscaler;
import dev.guildhall.simulator.cluster.Cluster;
import dev.guildhall.simulator.model.RoleModel;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongBiFunction;

/**
 * The Kubernetes algorithm (autoscaling/v2, one external metric of type AverageValue, default
 * behaviour), one object per role: every 15 s {@code ceil(metric ÷ target)}, nothing within a
 * tolerance of 10 %, up by at most the larger of 4 groups and 100 % per 15 s without stabilization,
 * down only to the highest recommendation of the last 300 s. KEDA drives the same algorithm with
 * its own metric. Sources: kubernetes/kubernetes pkg/controller/podautoscaler, horizontal.go and
 * replica_calculator.go.
 */
public final class HorizontalPodAutoscaler implements Autoscaler {

  private static final double TOLERANCE = 0.1;
  private static final long STABILIZATION = 300_000_000_000L;
  private static final int UP_GROUPS = 4;

  /** What a role's object says: the metric's target per group, and its bounds. */
  public record Settings(double target, int minGroups) {}

  private record Recommendation(long at, int groups) {}

  private final ToLongBiFunction<Cluster, RoleModel> metric;
  private final Map<String, Settings> settings;
  private final Map<String, ArrayDeque<Recommendation>> recommendations = new HashMap<>();
  private final EngineTimer timer = new EngineTimer();

  /**
   * An autoscaler per role.
   *
   * @param metric the sum over a role
   * @param settings by name of role
   */
  public HorizontalPodAutoscaler(
      ToLongBiFunction<Cluster, RoleModel> metric, Map<String, Settings> settings) {
    this.metric = metric;
    this.settings = Map.copyOf(settings);
  }

  @Override
  public void tick(Cluster cluster) {
    timer.tick(cluster);
    for (RoleModel role : cluster.scenario().roles()) {
      int have = cluster.groups(role);
      int wanted = wanted(cluster, role, have);
      if (wanted != have) {
        cluster.scaleTo(role, wanted);
      }
    }
  }

  private int wanted(Cluster cluster, RoleModel role, int have) {
    var setting = settings.get(role.name());
    int recommended = recommended(metric.applyAsLong(cluster, role), setting.target(), have);
    int stable = stabilized(role, recommended, cluster.now(), have);
    int bounded = Math.min(stable, Math.max(have + UP_GROUPS, 2 * have));
    return Math.clamp(bounded, setting.minGroups(), cluster.scenario().mostGroups());
  }

  static int recommended(double sum, double target, int have) {
    double ratio = have == 0 ? Double.MAX_VALUE : sum / (target * have);
    return Math.abs(ratio - 1) <= TOLERANCE ? have : (int) Math.ceil(sum / target);
  }

  private int stabilized(RoleModel role, int recommended, long now, int have) {
    var window = recommendations.computeIfAbsent(role.name(), name -> new ArrayDeque<>());
    // The controller's list begins with the number of replicas that it finds.
    if (window.isEmpty()) {
      window.add(new Recommendation(now, have));
    }
    window.add(new Recommendation(now, recommended));
    window.removeIf(old -> now - old.at() > STABILIZATION);
    int most = window.stream().mapToInt(Recommendation::groups).max().orElse(recommended);
    return recommended < have ? Math.min(have, most) : recommended;
  }
}
