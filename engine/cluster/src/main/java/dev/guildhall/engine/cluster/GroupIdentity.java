package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.JoinRequest;

/**
 * What all ranks of a group must agree on before they may compute together.
 *
 * @param name of the group
 * @param ranks how many
 * @param modelDigest of the model folder
 * @param placementEpoch which placement of experts
 */
public record GroupIdentity(String name, int ranks, String modelDigest, long placementEpoch) {

  void check(JoinRequest request) {
    same("group", name, request.getGroup(), request);
    same("number of ranks", ranks, request.getRanks(), request);
    same("model digest", modelDigest, request.getModelDigest(), request);
    same("placement epoch", placementEpoch, request.getPlacementEpoch(), request);
    if (request.getRank() < 0 || request.getRank() >= ranks) {
      throw MembershipException.mismatch(
          "rank %d is not below %d".formatted(request.getRank(), ranks));
    }
  }

  private static void same(String what, Object ours, Object theirs, JoinRequest request) {
    if (!ours.equals(theirs)) {
      throw MembershipException.mismatch(
          "rank %d (%s) has another %s than rank 0: %s, not %s"
              .formatted(request.getRank(), request.getAddress(), what, theirs, ours));
    }
  }
}
