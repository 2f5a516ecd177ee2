package dev.guildhall.planner.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.data.Offset;

/** What the search reckons of a change, beside the same change made. */
class OverloadPropertyTest {

  private static final int RANKS = 5;
  private static final int PER_RANK = 3;
  private static final ExpertGrid GRID = ExpertGrid.of(9, RANKS * PER_RANK, 1, 1, RANKS);
  private static final double ROUNDING = 1e-9;

  /** A layer placed without regard to its tokens, and a target a little above their mean. */
  private static final class Case {
    private final double[] tokens;
    private final Layer layer;
    private final double target;
    private final Overload overload;

    Case(long seed) {
      tokens = new Random(seed).doubles(GRID.experts(), 1, 100).toArray();
      double[] even = new double[GRID.experts()];
      Arrays.fill(even, 1);
      layer = on(FirstPlacement.of(GRID, even, null));
      target = layer.mean * 1.05;
      overload = new Overload(layer, target);
      overload.refresh();
    }

    private Layer on(int[] slots) {
      return new Layer(GRID, GRID.nodeOfRank(), tokens, slots, null);
    }

    /** By how much a change makes the overload of all ranks together larger, by its definition. */
    double change(Consumer<Layer> change) {
      var made = on(layer.slot);
      change.accept(made);
      return overload(made) - overload(layer);
    }

    private double overload(Layer state) {
      return Arrays.stream(state.load)
          .map(load -> Math.max(0, load - target) + 0.003 / state.mean * load * load)
          .sum();
    }

    boolean shareARank(int one, int other) {
      return IntStream.range(0, layer.replicas[one])
          .anyMatch(k -> layer.barred(layer.hosts[one][k], other));
    }
  }

  @Property(tries = 100)
  void aTradeIsReckonedAsItIsAndNeverTooWell(@ForAll long seed) {
    var any = new Case(seed);
    int exact = 0;
    for (int k = 0; k < any.overload.spares(); k++) {
      int slot = any.overload.spare(k);
      int out = any.layer.slot[slot];
      for (int in = 0; in < GRID.experts(); in++) {
        if (any.layer.barred(slot / PER_RANK, in)) {
          continue;
        }
        int expert = in;
        double change = any.change(made -> made.put(slot, expert));
        double reckoned = any.overload.ofTrade(slot / PER_RANK, out, in);
        assertThat(reckoned).isGreaterThanOrEqualTo(change - ROUNDING);
        if (!any.shareARank(out, in)) {
          assertThat(reckoned).isCloseTo(change, within());
          exact++;
        }
      }
    }
    assertThat(exact).as("trades of experts that share no rank").isPositive();
  }

  @Property(tries = 100)
  void noExchangeTakesAwayMoreThanIsSaid(@ForAll long seed) {
    var any = new Case(seed);
    for (int i = 0; i < GRID.slots(); i++) {
      for (int j = 0; j < GRID.slots(); j++) {
        int from = i / PER_RANK;
        int to = j / PER_RANK;
        boolean heavier = any.layer.share[any.layer.slot[i]] > any.layer.share[any.layer.slot[j]];
        if (from == to
            || !heavier
            || any.layer.barred(to, any.layer.slot[i])
            || any.layer.barred(from, any.layer.slot[j])) {
          continue;
        }
        int a = i;
        int b = j;
        assertThat(-any.change(made -> made.exchange(a, b)))
            .isLessThanOrEqualTo(any.overload.mostOfExchange(from, to) + ROUNDING);
      }
    }
  }

  private static Offset<Double> within() {
    return Offset.offset(ROUNDING);
  }
}
