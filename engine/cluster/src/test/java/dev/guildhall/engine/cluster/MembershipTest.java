package dev.guildhall.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import dev.guildhall.proto.v1.JoinReply;
import dev.guildhall.proto.v1.JoinRequest;
import dev.guildhall.proto.v1.Member;
import io.grpc.Status;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final long SILENCE = 100;
  private final BitSet covers = new BitSet();
  private final Membership membership =
      new Membership(
          new GroupIdentity("g", 2, "sha256:a"), SILENCE, (_, there) -> covers.equals(there));

  private static JoinRequest.Builder join(int rank, String incarnation) {
    return JoinRequest.newBuilder()
        .setGroup("g")
        .setRanks(2)
        .setRank(rank)
        .setModelDigest("sha256:a")
        .addHeldPlacement(0)
        .setIncarnation(incarnation);
  }

  private HeartbeatReply beat(int rank, String incarnation, long answeredEpoch, long now) {
    return membership.heartbeat(
        HeartbeatRequest.newBuilder()
            .setGroup("g")
            .setRank(rank)
            .setIncarnation(incarnation)
            .setEpoch(answeredEpoch)
            .setAnswered(answeredEpoch > 0)
            .addHeldPlacement(0)
            .build(),
        now);
  }

  @Test
  void completeWhenAllJoinedAndReadyWhenAllAnsweredInThisEpoch() {
    assertThat(membership.join(join(0, "a").build(), 0).getComplete()).isFalse();
    assertThat(membership.join(join(1, "b").build(), 0).getComplete()).isTrue();
    assertThat(beat(0, "a", 2, 1).getReady()).isFalse();
    assertThat(beat(1, "b", 1, 1).getReady()).isFalse();
    assertThat(beat(1, "b", 2, 1).getReady()).isTrue();
  }

  @Test
  void joiningAgainChangesNothingButARestartRaisesTheEpoch() {
    long epoch = membership.join(join(0, "a").build(), 0).getEpoch();
    assertThat(membership.join(join(0, "a").build(), 1).getEpoch()).isEqualTo(epoch);
    assertThat(membership.join(join(0, "a2").build(), 2).getEpoch()).isEqualTo(epoch + 1);
    assertRefused(() -> beat(0, "a", 0, 3), Status.Code.NOT_FOUND, "join again");
  }

  @Test
  void aRankThatDrainsIsKnownToAllAndSoIsWhetherAnybodyHasRequests() {
    membership.join(join(0, "a").build(), 0);
    membership.join(join(1, "b").build(), 0);
    HeartbeatRequest working =
        HeartbeatRequest.newBuilder()
            .setGroup("g")
            .setRank(1)
            .setIncarnation("b")
            .setRequests(3)
            .setDraining(true)
            .addHeldPlacement(0)
            .build();
    membership.heartbeat(working, 1);
    assertThat(beat(0, "a", 0, 1).getDraining()).isTrue();
    assertThat(beat(0, "a", 0, 1).getRequests()).isEqualTo(3);
    membership.heartbeat(working.toBuilder().setRequests(0).build(), 2);
    assertThat(beat(0, "a", 0, 2).getRequests()).isZero();
    membership.join(join(1, "b2").build(), 3);
    assertThat(beat(0, "a", 0, 3).getDraining()).as("made anew").isFalse();
  }

  @Test
  void silentRankIsRemovedAndTheEpochRises() {
    membership.join(join(0, "a").build(), 0);
    long epoch = membership.join(join(1, "b").build(), 0).getEpoch();
    assertThat(beat(0, "a", 0, SILENCE).getComplete()).isTrue();
    HeartbeatReply later = beat(0, "a", 0, SILENCE + 1);
    assertThat(later.getComplete()).isFalse();
    assertThat(later.getEpoch()).isEqualTo(epoch + 1);
    assertRefused(() -> beat(1, "b", 0, SILENCE + 2), Status.Code.NOT_FOUND, "rank 1");
  }

  @Test
  void othersGoOnWithoutARankWhoseExpertsTheyHold() {
    covers.set(0);
    assertThat(membership.join(join(0, "a").build(), 0).getComplete())
        .as("rank 1 is on its way")
        .isFalse();
    membership.join(join(1, "b").build(), 0);
    beat(0, "a", 0, SILENCE);
    HeartbeatReply alone = beat(0, "a", 0, SILENCE + 1);
    assertThat(alone.getComplete()).isTrue();
    assertThat(alone.getMembersList()).extracting(Member::getRank).containsExactly(0);
    assertThat(alone.getReady()).as("it has not answered in this epoch").isFalse();
    assertThat(beat(0, "a", alone.getEpoch(), SILENCE + 2).getReady()).isTrue();
    JoinReply back = membership.join(join(1, "b2").build(), SILENCE + 3);
    assertThat(back.getEpoch()).isEqualTo(alone.getEpoch() + 1);
    assertThat(back.getMembersList()).hasSize(2);
  }

  @Test
  void restartedCoordinatorGoesOnAboveWhatTheRanksHaveSeen() {
    assertThat(membership.join(join(1, "b").setLastEpoch(41).build(), 0).getEpoch()).isEqualTo(42);
  }

  @Test
  void ranksOfAnotherModelOrSizeAreRefused() {
    assertMismatch(join(1, "b").setModelDigest("sha256:b"), "model digest");
    assertMismatch(join(1, "b").setRanks(4), "number of ranks");
    assertMismatch(join(5, "b"), "rank 5 is not below 2");
  }

  private HeartbeatReply holds(int rank, String incarnation, long used, Long... held) {
    return membership.heartbeat(
        HeartbeatRequest.newBuilder()
            .setGroup("g")
            .setRank(rank)
            .setIncarnation(incarnation)
            .addAllHeldPlacement(List.of(held))
            .setUsedPlacement(used)
            .build(),
        1);
  }

  @Test
  void theGroupGoesOverWhenAllHoldTheNewPlacementAndLetsGoWhenNoneUsesTheOld() {
    membership.join(join(0, "a").build(), 0);
    long epoch = membership.join(join(1, "b").build(), 0).getEpoch();
    holds(0, "a", 4, 4L);
    assertThat(holds(1, "b", 4, 4L).getPlacement()).isEqualTo(4);
    assertThat(holds(0, "a", 4, 4L, 5L).getPlacement()).isEqualTo(4);
    HeartbeatReply all = holds(1, "b", 4, 4L, 5L);
    assertThat(all.getPlacement()).isEqualTo(5);
    assertThat(all.getOldestPlacement()).isEqualTo(4);
    assertThat(holds(0, "a", 5, 4L, 5L).getOldestPlacement()).isEqualTo(4);
    HeartbeatReply last = holds(1, "b", 5, 4L, 5L);
    assertThat(last.getOldestPlacement()).isEqualTo(5);
    assertThat(last.getEpoch()).isEqualTo(epoch);
  }

  @Test
  void ranksWithoutACommonPlacementAreNoGroup() {
    membership.join(join(0, "a").build(), 0);
    membership.join(join(1, "b").build(), 0);
    holds(0, "a", 5, 5L);
    HeartbeatReply reply = holds(1, "b", 4, 3L, 4L);
    assertThat(reply.getComplete()).isFalse();
    assertThat(reply.getReason())
        .isEqualTo("no placement is held by all ranks: rank 0 holds [5], rank 1 holds [3, 4]");
    assertThat(holds(1, "b", 4, 4L, 5L).getComplete()).isTrue();
  }

  private void assertMismatch(JoinRequest.Builder request, String message) {
    assertRefused(
        () -> membership.join(request.build(), 0), Status.Code.FAILED_PRECONDITION, message);
  }

  private static void assertRefused(Runnable call, Status.Code code, String message) {
    assertThatExceptionOfType(MembershipException.class)
        .isThrownBy(call::run)
        .withMessageContaining(message)
        .matches(e -> e.status().getCode() == code);
  }
}
