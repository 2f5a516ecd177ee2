package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.JoinRequest;

/**
 * What all ranks of a group must agree on to join it.
 *
 * @param name of the group
 * @param ranks how many
 * @param modelDigest of the model folder
 */
public record GroupIdentity(String name, int ranks, String modelDigest) {

  void check(JoinRequest request) {
    same("group", name, request.getGroup(), request);
    same("number of ranks", ranks, request.getRanks(), request);
    same("model digest", modelDigest, request.getModelDigest(), request);
    if (request.getRank() < 0 || request.getRank() >= ranks) {
      throw MembershipException.mismatch(
          "rank %d is not below %d".formatted(request.getRank(), ranks));
    }
  }

  private static void same(String what, Object ours, Object theirs, JoinRequest request) {
    if (!ours.equals(theirs)) {
      throw MembershipException.mismatch(
          "rank %d (%s) has another %s than the coordinator: %s, not %s"
              .formatted(request.getRank(), request.getAddress(), what, theirs, ours));
    }
  }
}
