package dev.guildhall.planner.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class ScalerPropertyTest {

  private static final long NOW = States.START + 600_000;

  @Property(tries = 200)
  void staleMissingOrNanMetricsHold(
      @ForAll @IntRange(min = 1, max = 20) int ready,
      @ForAll @IntRange(max = 19) int broken,
      @ForAll @IntRange(max = 4) int way,
      @ForAll @DoubleRange(max = 1e6) double tokens) {
    var samples = new ArrayList<>(States.samples(ready, NOW, 0));
    var demand = States.demand(NOW, tokens);
    int at = broken % ready;
    var good = samples.get(at);
    switch (way) {
      case 0 -> samples.remove(at);
      case 1 -> samples.set(at, new GroupSample(good.group(), NOW - 61_000, 0, 1, 0, 0, 0, 1));
      case 2 -> samples.set(at, new GroupSample(good.group(), NOW, Double.NaN, 1, 0, 0, 0, 1));
      case 3 -> demand = null;
      default -> demand = States.demand(NOW - 61_000, tokens);
    }
    var role = States.role(1, 100, States.groups(ready, 0), samples, demand);
    var decision = Scaler.decide(States.state(NOW, role, States.pool(800, 800, null), List.of()));
    assertThat(decision.chosen()).isEmpty();
    assertThat(decision.holds()).hasSize(1);
  }

  @Property(tries = 200)
  void deadPodsSeriesDoNotCount(
      @ForAll @IntRange(min = 1, max = 20) int ready,
      @ForAll @IntRange(min = 1, max = 20) int dead,
      @ForAll @DoubleRange(max = 1e5) double tokens,
      @ForAll @DoubleRange(max = 1e9) double queued) {
    var live = States.samples(ready, NOW, 10);
    var all = new ArrayList<>(live);
    for (int i = 0; i < dead; i++) {
      all.add(new GroupSample("dead" + i, NOW, queued, Double.NaN, 9, 1, 99, 0.1));
    }
    assertThat(decide(ready, 0, all, tokens)).isEqualTo(decide(ready, 0, live, tokens));
  }

  @Property(tries = 300)
  void aSurgeNeverExceedsMaxQuotaBudgetOrPool(
      @ForAll @IntRange(min = 1, max = 10) int ready,
      @ForAll @IntRange(max = 5) int pending,
      @ForAll @IntRange(min = 1, max = 40) int max,
      @ForAll @IntRange(max = 400) int free,
      @ForAll @IntRange(max = 400) int quota,
      @ForAll @IntRange(max = 800) int budget) {
    var groups = States.groups(ready, pending);
    var role =
        States.role(1, max, groups, States.samples(ready, NOW, 1e9), States.demand(NOW, 1e9));
    var pool = States.pool(free, quota, Integer.toString(budget));
    int added = States.change(Scaler.decide(States.state(NOW, role, pool, List.of())));
    if (added > 0) {
      int all = ready + pending + added;
      assertThat(all).isLessThanOrEqualTo(max);
      assertThat(all * 8).isLessThanOrEqualTo(quota);
      assertThat(all * 8 * 2).isLessThanOrEqualTo(budget);
      assertThat((pending + added) * 8).isLessThanOrEqualTo(free);
    }
  }

  @Property(tries = 100)
  void flatLoadWithNoiseDoesNotOscillate(
      @ForAll @DoubleRange(min = 100, max = 40_000) double tokens, @ForAll long seed) {
    var random = new Random(seed);
    List<RoleMemory> memory = List.of();
    int have = 10;
    int turns = 0;
    int last = 0;
    for (int tick = 0; tick < 240; tick++) {
      long now = States.START + tick * 15_000L;
      double noisy = tokens * (0.98 + 0.04 * random.nextDouble());
      var role =
          States.role(
              1,
              100,
              States.groups(have, 0),
              States.samples(have, now, 0),
              States.demand(now, noisy));
      var decision = Scaler.decide(States.state(now, role, States.pool(800, 800, null), memory));
      memory = decision.memory();
      int change = States.change(decision);
      have += change;
      if (change != 0 && tick >= 60) {
        turns += last != 0 && Integer.signum(change) != last ? 1 : 0;
        last = Integer.signum(change);
      }
    }
    assertThat(turns).as("changes of direction in 45 minutes").isLessThanOrEqualTo(1);
  }

  @Property(tries = 200)
  void pendingPodsNeitherFreezeNorDoubleTheDecision(
      @ForAll @IntRange(min = 1, max = 20) int ready,
      @ForAll @IntRange(max = 20) int pending,
      @ForAll @DoubleRange(max = 60_000) double tokens) {
    var samples = States.samples(ready, NOW, 0);
    int without = States.change(decide(ready, 0, samples, tokens));
    int with = States.change(decide(ready, pending, samples, tokens));
    assertThat(with).isEqualTo(Math.max(0, without - pending));
  }

  @Property(tries = 50)
  void theSameStateGivesTheSameDecision(
      @ForAll @IntRange(min = 1, max = 20) int ready,
      @ForAll @DoubleRange(max = 60_000) double tokens) {
    var samples = States.samples(ready, NOW, 100);
    assertThat(decide(ready, 1, samples, tokens)).isEqualTo(decide(ready, 1, samples, tokens));
  }

  private static ScalingDecision decide(
      int ready, int pending, List<GroupSample> samples, double tokens) {
    var role =
        States.role(1, 100, States.groups(ready, pending), samples, States.demand(NOW, tokens));
    return Scaler.decide(States.state(NOW, role, States.pool(4000, 4000, null), List.of()));
  }
}
