package dev.guildhall.controller.role;

import static dev.guildhall.controller.role.RoleStates.NOW;
import static dev.guildhall.controller.role.RoleStates.group;
import static dev.guildhall.controller.role.RoleStates.role;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.crds.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which group goes over to version b next. */
class RollOutTest {

  private static List<Integer> next(boolean surge, GroupState... observed) {
    return RollOut.next(role(Role.RollOut.Surge, 2), List.of(observed), surge, NOW).stream()
        .map(state -> state.id().index())
        .toList();
  }

  @Test
  void oneAtATimeWhileAllOthersServe() {
    assertThat(next(false, group(0, "a", true), group(1, "a", true))).containsExactly(0);
    assertThat(next(false, group(0, "b", false), group(1, "a", true))).isEmpty();
    assertThat(next(false, group(0, "b", true), group(1, "a", true))).containsExactly(1);
    assertThat(next(false, group(0, "b", true), group(1, "b", true))).isEmpty();
  }

  @Test
  void noneBeforeTheOneBeyondThoseWantedServes() {
    assertThat(next(true, group(0, "a", true), group(1, "a", true))).isEmpty();
    assertThat(next(true, group(0, "a", true), group(1, "a", true), group(2, "b", true, 3)))
        .isEmpty();
    assertThat(next(true, group(0, "a", true), group(1, "a", true), group(2, "b", true)))
        .containsExactly(0);
  }

  @Test
  void oneThatLostARankGoesBeforeThoseThatServe() {
    var drained = RoleStates.withOneRankLost(group(1, "a", true));
    assertThat(next(false, group(0, "a", true), drained)).containsExactly(1);
    assertThat(next(true, group(0, "a", true), drained, group(2, "b", true))).containsExactly(1);
    assertThat(next(true, group(0, "a", true), drained))
        .as("its other ranks may come to serve again, the new version may not")
        .isEmpty();
  }

  @Test
  void oneWithoutAReadyRankWaitsForNothing() {
    assertThat(next(true, group(0, "a", true), group(1, "a", false))).containsExactly(1);
    assertThat(next(false, group(0, "b", false), group(1, "a", false))).containsExactly(1);
  }
}
