package dev.guildhall.controller.role;

import static dev.guildhall.controller.role.RoleStates.NOW;
import static dev.guildhall.controller.role.RoleStates.group;
import static dev.guildhall.controller.role.RoleStates.role;
import static dev.guildhall.controller.role.RoleStates.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.controller.status.Outcome;
import dev.guildhall.crds.Canary;
import dev.guildhall.crds.Role;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.crds.ServingRoleSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a role has one group more than it wants. */
class SurgeTest {
  private static boolean due(ServingRole role, boolean room, GroupState... observed) {
    return Surge.isDue(role, List.of(observed), "asked", NOW, () -> room);
  }

  @Test
  void itComesWithAnOutdatedGroupAndRoomAndGoesWhenAllAreNew() {
    var role = role(Role.RollOut.Surge, 2);
    assertThat(due(role, true, group(0, "b", true), group(1, "b", true))).isFalse();
    assertThat(due(role, true, group(0, "a", true), group(1, "a", true))).isTrue();
    assertThat(due(role, false, group(0, "a", true), group(1, "a", true))).isFalse();
    assertThat(due(role, false, group(0, "a", true), group(1, "a", true), group(2, "b", false)))
        .as("it is there, so its room is taken")
        .isTrue();
    assertThat(due(role, false, group(0, "b", false), group(1, "b", true), group(2, "b", true)))
        .isTrue();
    assertThat(due(role, false, group(0, "b", true), group(1, "b", true), group(2, "b", true)))
        .isFalse();
    assertThat(due(role, true, group(0, "b", true), group(2, "b", true)))
        .as("a wanted group has no StatefulSet yet")
        .isTrue();
  }

  @Test
  void itStaysUntilTheOthersHaveBeenFound() {
    var role = role(Role.RollOut.Surge, 1);
    assertThat(due(role, false, group(0, "b", true, 3), group(1, "b", true))).isTrue();
    assertThat(due(role, false, group(0, "b", true, 10), group(1, "b", true))).isFalse();
  }

  private static ServingRole tries(String inForce, String tried) {
    var role = role(Role.RollOut.Canary, 1);
    role.setSpec(
        new ServingRoleSpec(
            "small-v3",
            "unified",
            1,
            template(inForce),
            null,
            Role.RollOut.Canary,
            new Canary(template(tried), 5, null, null),
            null));
    return role;
  }

  @Test
  void aVersionThatIsTriedHasAGroupOfItsOwnWhateverTheOthersDo() {
    var role = tries("a", "b");
    assertThat(due(role, false, group(0, "b", true))).isTrue();
    assertThat(GroupId.served(role))
        .extracting(GroupId::name)
        .containsExactly("small-v3-unified-0", "small-v3-unified-canary");
    assertThat(GroupId.named(role, "small-v3-unified-canary")).isEqualTo(GroupId.canary(role));
    assertThat(GroupId.canary(role).template(role)).isEqualTo(template("b"));
    assertThat(GroupId.of(role, 0).template(role)).isEqualTo(template("a"));
  }

  @Test
  void onceInForceItStaysUntilTheOthersHaveGoneOver() {
    var role = tries("b", "b");
    assertThat(due(role, false, group(0, "b", false), group(-1, "b", true))).isTrue();
    assertThat(due(role, false, group(0, "b", true), group(-1, "b", true))).isFalse();
    assertThat(
            Surge.isDue(
                role,
                List.of(group(0, "b", true), group(-1, "b", true)),
                "what no StatefulSet was made of yet",
                NOW,
                () -> false))
        .as("the others have not heard of it")
        .isTrue();
  }

  private static boolean serves(ServingRole role, GroupState... observed) {
    return Surge.serves(role, List.of(observed), NOW);
  }

  @Test
  void othersWaitUntilItServes() {
    var role = role(Role.RollOut.Surge, 1);
    assertThat(serves(role, group(0, "a", true))).isFalse();
    assertThat(serves(role, group(0, "a", true), group(1, "b", false))).isFalse();
    assertThat(serves(role, group(0, "a", true), group(1, "b", true, 3))).isFalse();
    assertThat(serves(role, group(0, "a", true), group(1, "b", true))).isTrue();
  }

  @Test
  void groupsOfTheEarlierVersionServeAndThoseOfTwoDoNot() {
    var earlier = group(0, "a", true);
    assertThat(earlier.serves()).isTrue();
    assertThat(earlier.isReady()).isFalse();
    var outcome = RoleOutcome.of(role(Role.RollOut.Surge, 1), List.of(earlier));
    assertThat(outcome.state()).isEqualTo(Outcome.State.RECONCILING);
    assertThat(outcome.message()).isEqualTo("1 of 1 groups serve");
    var mixed =
        new GroupState(
            earlier.id(),
            earlier.set(),
            List.of(earlier.pods().getFirst(), group(0, "b", true).pods().getFirst()),
            () -> "");
    assertThat(mixed.serves()).isFalse();
  }

  private static boolean standsIn(int wanted, GroupState... observed) {
    return Surge.standsIn(role(Role.RollOut.Replace, wanted), List.of(observed));
  }

  @Test
  void aGroupThatIsScaledAwayStaysWhileItServesInPlaceOfOneThatIsLeft() {
    assertThat(standsIn(1, group(0, "a", false), group(1, "a", true))).isTrue();
    assertThat(standsIn(2, group(0, "a", true), group(2, "a", true)))
        .as("a wanted group has no StatefulSet yet")
        .isTrue();
    assertThat(standsIn(1, group(0, "a", true), group(1, "a", true))).isFalse();
    assertThat(standsIn(1, group(0, "a", false), group(1, "a", false))).isFalse();
    assertThat(standsIn(1, group(0, "a", false))).isFalse();
    assertThat(standsIn(0, group(0, "a", true))).as("nothing is wanted").isFalse();
  }

  @Test
  void itIsOnlyForThoseWhoAskAndServe() {
    assertThat(due(role(Role.RollOut.Replace, 1), true, group(0, "a", true))).isFalse();
    assertThat(due(role(null, 1), true, group(0, "a", true))).isFalse();
    assertThat(due(role(Role.RollOut.Surge, 0), true, group(0, "a", true))).isFalse();
  }
}
