package dev.guildhall.planner.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Example;

/** One group of uneven ranks, and prompts for one and a half. */
class ExpertCopiesTest {
  private static final long NOW = States.START + 600_000;

  private static RoleState role(long at, int copies, int most) {
    var even = States.role(1, 4, States.groups(1, 0), List.of(), States.demand(at, 1500));
    return new RoleState(
        even.name(),
        even.kind(),
        even.layout(),
        even.gpusPerGroup(),
        even.minGroups(),
        even.maxGroups(),
        copies,
        most,
        0,
        even.ratedTokensPerSecond(),
        even.cacheTokens(),
        even.idleTokenSeconds(),
        even.idleRunning(),
        even.startSeconds(),
        even.groups(),
        List.of(new GroupSample("g0", at, 0, 1000, 0, 0.1, 1, 0.5)),
        even.demand());
  }

  private static ScalingDecision decide(long seconds, int copies, int most, ScalingDecision last) {
    long at = NOW + seconds * 1000;
    var memory = last == null ? List.<RoleMemory>of() : last.memory();
    return Scaler.decide(
        States.state(at, role(at, copies, most), States.pool(80, 80, null), memory));
  }

  private static List<String> actions(List<ScalingOption> options) {
    return options.stream().map(option -> option.action().toString()).toList();
  }

  @Example
  void copiesComeBeforeAGroupWhereMovingExpertsDidNotHelp() {
    var moved = decide(0, 0, 16, null);
    assertThat(actions(moved.chosen())).containsExactly("rebalance experts of prefill");
    var soon = decide(15, 0, 16, moved);
    assertThat(soon.chosen()).as("given time to help").isEmpty();
    var later = decide(75, 0, 16, soon);
    assertThat(actions(later.chosen())).containsExactly("8 redundant experts for prefill");
    assertThat(later.chosen().getFirst().reason())
        .isEqualTo("balancedness 0.50 after a new placement");
    assertThat(later.chosen().getFirst().costPerHour()).isZero();
    assertThat(actions(later.rejected())).contains("add 1 group(s) to prefill");
    assertThat(decide(90, 8, 16, later).chosen()).as("they take time to come").isEmpty();
    var more = decide(150, 8, 16, later);
    assertThat(actions(more.chosen())).containsExactly("16 redundant experts for prefill");
  }

  @Example
  void noMoreThanThereIsRoomFor() {
    var full = decide(75, 8, 8, decide(0, 8, 8, null));
    assertThat(actions(full.chosen())).containsExactly("add 1 group(s) to prefill");
    assertThat(full.rejected())
        .filteredOn(option -> option.action().kind() == Action.Kind.MORE_REDUNDANT_EXPERTS)
        .extracting(ScalingOption::reason)
        .containsExactly("at most 8 fit");
  }
}
