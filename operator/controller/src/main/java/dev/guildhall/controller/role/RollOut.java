package dev.guildhall.controller.role;

import dev.guildhall.crds.ServingRole;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which group goes over next to the version that is wanted. Pure. */
final class RollOut {

  private RollOut() {}

  /**
   * The outdated group that is to go over now. One without a ready rank has nothing to lose. Others
   * wait until every group that has gone over serves, the one beyond those wanted included where
   * there is to be one; then those go first that do not serve, so that none is taken away from
   * requests while another one is missing.
   *
   * @param surge whether there is to be a group beyond those wanted, by what is observed here
   */
  static Optional<GroupState> next(
      ServingRole role, List<GroupState> observed, boolean surge, Instant now) {
    var outdated =
        observed.stream()
            .filter(group -> !group.outdated().isEmpty())
            .sorted(Comparator.comparing(GroupState::serves))
            .toList();
    var dead =
        outdated.stream()
            .filter(group -> group.pods().stream().noneMatch(PodFacts::isReady))
            .findFirst();
    boolean othersServe =
        (!surge || Surge.serves(role, observed, now))
            && observed.stream()
                .filter(group -> group.outdated().isEmpty())
                .allMatch(GroupState::isReady);
    return dead.or(() -> othersServe ? outdated.stream().findFirst() : Optional.empty());
  }
}
