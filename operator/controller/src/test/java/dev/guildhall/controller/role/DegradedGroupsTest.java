package dev.guildhall.controller.role;

import static dev.guildhall.controller.role.RoleStates.NOW;
import static dev.guildhall.controller.role.RoleStates.group;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.controller.role.DegradedGroups.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of groups that compute without some of their ranks. */
class DegradedGroupsTest {
  private static final Report.Missing RANK =
      new Report.Missing(3, List.of(List.of(), List.of(16, 17), List.of(20)));

  @Test
  void theMessageHasRanksCapacityAndExperts() {
    assertThat(new Report(true, 4, List.of(RANK)).message("small-v3-unified-0"))
        .hasValueSatisfying(
            message ->
                assertThat(message)
                    .startsWith(
                        "small-v3-unified-0 computes with 3 of 4 ranks (capacity factor 0.75) without rank 3")
                    .contains("its 3 copies of experts"));
    assertThat(new Report(false, 4, List.of(RANK)).message("a"))
        .as("it computes nothing")
        .isEmpty();
    assertThat(new Report(true, 4, List.of()).message("a")).as("it is whole").isEmpty();
    assertThat(new Report(true, 4, List.of(new Report.Missing(3, null))).message("a"))
        .hasValueSatisfying(message -> assertThat(message).contains("its 0 copies"));
    assertThat(new Report(true, 4, null).message("a")).as("an earlier engine").isEmpty();
  }

  @Test
  void onlyGroupsOfWhichSomeRanksAreReadyAreAsked() {
    assertThat(group(0, "b", true).isTorn(NOW)).isFalse();
    assertThat(group(0, "b", false).isTorn(NOW)).isFalse();
    assertThat(RoleStates.withOneRankLost(group(0, "b", true)).isTorn(NOW)).isTrue();
    assertThat(RoleStates.withOneRankLost(group(0, "b", true, 3)).isTorn(NOW))
        .as("its ranks are becoming ready")
        .isFalse();
  }
}
