package dev.guildhall.cli.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.cli.Checkout;
import dev.guildhall.cli.placement.PlacementRun.Split;
import dev.guildhall.planner.placement.Locality;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleLoadsTest {

  /** EPLB's figures in the files are those of its plan of the same window, measured on it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"ep144-decode", "ep32-prefill", "ep320-decode", "ep8-small", "small-v3-domains"})
  void theFilesFiguresAreEplbs(String name) throws Exception {
    var file = LoadFile.read(sample(name));
    var grid = file.grid();
    for (int window = 0; window < 2; window++) {
      double sum = 0;
      for (double[] tokens : file.windows()[window]) {
        int[] slots = Eplb.place(tokens, grid.slots(), grid.groups(), grid.nodes(), grid.ranks());
        sum += balance(slots, tokens, grid.ranks());
      }
      assertThat(sum / file.windows()[window].length)
          .isEqualTo(file.eplbBalance()[window], Offset.offset(1e-5));
    }
  }

  /** Where a rank holds several experts and EPLB keeps groups on nodes there is much to win. */
  @ParameterizedTest
  @ValueSource(strings = {"ep32-prefill", "ep8-small"})
  void everyWindowIsBetterThanEplbWithATenthOfItsMoves(String name) throws Exception {
    var rows = plan(name, Split.EQUAL, 10);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.balancedness()).isGreaterThan(row.eplbBalancedness() + 0.01);
              assertThat(row.moved()).isLessThanOrEqualTo(row.eplbMoved() / 10);
            });
  }

  /** One slot per rank: the best numbers of replicas are found, with the fewest moves there are. */
  @Test
  void oneSlotPerRankReachesTheBoundWhereTheBudgetAllowsIt() throws Exception {
    var rows = plan("ep320-decode", Split.EQUAL, 12);
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(row.balancedness()).isEqualTo(row.bound(), Offset.offset(5e-5)));
  }

  /** Also where an equal split stays below EPLB in some windows. */
  @ParameterizedTest
  @ValueSource(strings = {"small-v3-domains", "v4-ep64-nogroups"})
  void byWeightEveryWindowIsBetterThanEplbWithATenthOfItsMoves(String name) throws Exception {
    assertThat(plan(name, Split.WEIGHTED, 10))
        .allSatisfy(
            row -> {
              assertThat(row.balancedness()).isGreaterThan(row.eplbBalancedness() + 0.001);
              assertThat(row.moved()).isLessThanOrEqualTo(row.eplbMoved() / 10);
            });
  }

  private static List<PlacementRun.Row> plan(String name, Split split, double percent)
      throws Exception {
    return new PlacementRun(Locality.ANYWHERE, split, percent, 1).of(LoadFile.read(sample(name)));
  }

  private static double balance(int[] slots, double[] tokens, int ranks) {
    int[] count = new int[tokens.length];
    Arrays.stream(slots).forEach(expert -> count[expert]++);
    double[] load = new double[ranks];
    for (int slot = 0; slot < slots.length; slot++) {
      load[slot / (slots.length / ranks)] += tokens[slots[slot]] / count[slots[slot]];
    }
    return Arrays.stream(tokens).sum() / ranks / Arrays.stream(load).max().orElseThrow();
  }

  private static Path sample(String name) {
    return Checkout.root().resolve("manifests/samples/expert-loads/" + name + ".json");
  }
}
