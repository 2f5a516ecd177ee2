package dev.guildhall.planner.scaling;

import java.util.Comparator;
import java.util.List;

/**
 * What a role needs. The largest vote wins; a signal that says nothing has no vote.
 *
 * @param role name of the role
 * @param exact groups needed, a fraction
 * @param signal which signal decided
 * @param votes all of them
 * @param balancedness mean over the ready groups, 0 to 1
 */
public record RoleNeed(
    String role, double exact, Signal signal, List<Vote> votes, double balancedness) {

  /** Keeps a copy. */
  public RoleNeed {
    votes = List.copyOf(votes);
  }

  static RoleNeed of(String role, List<Vote> votes, double balancedness) {
    var largest =
        votes.stream()
            .max(Comparator.comparingDouble(Vote::groups))
            .orElse(new Vote(Signal.NONE, 0));
    return new RoleNeed(role, largest.groups(), largest.signal(), votes, balancedness);
  }

  /** Whole groups needed. */
  public int groups() {
    return whole(exact);
  }

  static int whole(double groups) {
    return (int) Math.min(1_000_000, Math.ceil(groups - 1e-9));
  }
}
