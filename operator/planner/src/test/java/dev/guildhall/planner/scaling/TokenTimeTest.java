package dev.guildhall.planner.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A role whose tokens come slower than promised, and the fastest that was ever seen of it. */
class TokenTimeTest {

  private static final long NOW = States.START + 600_000;
  private static final double SLOW = 0.15;

  private static ScalingDecision decide(double idleRunning, long groupSince) {
    return Scaler.decide(
        States.state(
            NOW, role(idleRunning, groupSince), States.pool(80, 80, null), List.<RoleMemory>of()));
  }

  private static RoleState role(double idleRunning, long groupSince) {
    var group = new Group("g0", GroupPhase.READY, groupSince);
    return new RoleState(
        "unified",
        RoleKind.UNIFIED,
        "ep8",
        8,
        1,
        4,
        0,
        0,
        0,
        1000,
        1e6,
        SLOW,
        idleRunning,
        60,
        List.of(group),
        List.of(new GroupSample("g0", NOW, 0, 1000, SLOW, 0.1, 20, 1)),
        States.demand(NOW, 100));
  }

  @Test
  void whereAllWereBusyOneMoreGroupShowsWhetherMoreOfThemHelp() {
    var decision = decide(20, States.START);
    assertThat(States.change(decision)).isEqualTo(1);
    assertThat(decision.needs().getFirst().signal()).isEqualTo(Signal.TOKEN_TIME);
  }

  @Test
  void oneThatHasJustComeIsGivenTimeToShowIt() {
    assertThat(States.change(decide(20, NOW - 5_000))).isZero();
  }

  @Test
  void whereAnIdleGroupIsTooSlowMoreOfThemDoNotHelp() {
    var decision = decide(1, States.START);
    assertThat(States.change(decision)).isZero();
    assertThat(decision.needs().getFirst().signal()).isEqualTo(Signal.TOKEN_TIME_OUT_OF_REACH);
  }
}
