package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.Member;
import java.util.BitSet;
import java.util.List;

/**
 * What a rank knows of its group.
 *
 * @param epoch changes with every change of membership
 * @param complete whether steps can run: all ranks are there, or those that are hold all experts
 *     between them; and they hold one placement
 * @param ready whether, besides, all that are there have drawn a token in this epoch
 * @param placement epoch of the placement that steps dispatch by
 * @param oldestPlacement older placements are used by no rank any more
 * @param members those that are there, by rank
 * @param reason why it is not complete; empty if it is
 */
public record GroupView(
    long epoch,
    boolean complete,
    boolean ready,
    long placement,
    long oldestPlacement,
    List<Member> members,
    String reason) {

  /** The ranks that are there. */
  BitSet there() {
    BitSet there = new BitSet();
    members.forEach(member -> there.set(member.getRank()));
    return there;
  }

  static GroupView none(String reason) {
    return new GroupView(0, false, false, 0, 0, List.of(), reason);
  }

  /** The same group seen by a rank that cannot reach the coordinator any more. */
  GroupView lost(String why) {
    return new GroupView(epoch, false, false, placement, oldestPlacement, List.of(), why);
  }
}
