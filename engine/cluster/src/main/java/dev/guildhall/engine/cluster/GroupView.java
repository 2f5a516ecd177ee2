package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.Member;
import java.util.List;

/**
 * What a rank knows of its group.
 *
 * @param epoch changes with every change of membership
 * @param complete whether all ranks are there
 * @param ready whether, besides, all of them have drawn a token in this epoch
 * @param members those that are there, by rank
 * @param reason why it is not complete; empty if it is
 */
public record GroupView(
    long epoch, boolean complete, boolean ready, List<Member> members, String reason) {

  static GroupView none(String reason) {
    return new GroupView(0, false, false, List.of(), reason);
  }

  /** The same group seen by a rank that cannot reach the coordinator any more. */
  GroupView lost(String why) {
    return new GroupView(epoch, false, false, List.of(), why);
  }
}
