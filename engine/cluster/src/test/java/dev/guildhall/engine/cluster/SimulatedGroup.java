package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import dev.guildhall.proto.v1.JoinReply;
import dev.guildhall.proto.v1.JoinRequest;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Ranks in one thread and simulated time, over a network that can be cut. Any of them hold all
 * experts between them.
 */
final class SimulatedGroup {
  private static final int BEATS_IN_A_LOOK = 2;

  private final int ranks;
  private final Random random;
  private final Simulated[] running;
  private final BitSet cut = new BitSet();
  private long nanos = 1;

  private final class Simulated {
    final Coordination coordination;
    final GroupMember member;
    int pausedBeats;

    Simulated(int rank) {
      var identity = new GroupIdentity("g", ranks, "sha256:a");
      coordination =
          new Coordination(
              rank,
              ranks,
              new Reached(rank),
              () -> new Membership(identity, GroupMember.SILENCE.toNanos(), (_, _) -> true),
              () -> nanos);
      var placement = new Placement(0, ranks, new int[][] {new int[0]}, new int[][] {new int[0]});
      member =
          new GroupMember(
              identity,
              rank,
              "rank-" + rank,
              coordination,
              new HeldPlacements(rank, 1, 0, placement),
              _ -> {});
    }

    boolean answers() {
      return pausedBeats == 0;
    }
  }

  private final class Reached implements OtherRanks {
    private final int from;

    Reached(int from) {
      this.from = from;
    }

    @Override
    public List<Election.Says> ask(List<Integer> asked) {
      return asked.stream()
          .filter(to -> reaches(from, to))
          .map(to -> running[to].coordination.says())
          .toList();
    }

    @Override
    public Coordinator at(int to) {
      return new Coordinator() {
        @Override
        public JoinReply join(JoinRequest request) {
          return reached(from, to).join(request);
        }

        @Override
        public HeartbeatReply heartbeat(HeartbeatRequest request) {
          return reached(from, to).heartbeat(request);
        }
      };
    }

    @Override
    public void keepOnly(int rank) {
      // Ways cost nothing here.
    }

    @Override
    public void close() {
      // Nor do they stay open.
    }
  }

  SimulatedGroup(int ranks, Random random) {
    this.ranks = ranks;
    this.random = random;
    running = new Simulated[ranks];
  }

  private boolean reaches(int from, int to) {
    return running[to] != null && running[to].answers() && !cut.get(from * ranks + to);
  }

  private Coordinator reached(int from, int to) {
    if (!reaches(from, to)) {
      throw Status.UNAVAILABLE.asRuntimeException();
    }
    return running[to].coordination.door();
  }

  /** Starts a rank, anew if it runs. */
  void start(int rank) {
    stop(rank);
    running[rank] = new Simulated(rank);
  }

  void stop(int rank) {
    if (running[rank] != null) {
      running[rank].member.close();
      running[rank] = null;
    }
  }

  /** The rank neither beats nor answers for a while. */
  void pause(int rank, int beats) {
    if (running[rank] != null) {
      running[rank].pausedBeats = beats;
    }
  }

  /** Nothing passes between two ranks any more. */
  void cut(int one, int other) {
    cut.set(one * ranks + other);
    cut.set(other * ranks + one);
  }

  /** All ranks run and reach each other from now on. */
  void heal() {
    cut.clear();
    for (int rank = 0; rank < ranks; rank++) {
      if (running[rank] == null) {
        start(rank);
      }
      running[rank].pausedBeats = 0;
    }
  }

  /** Lets time pass; in each beat the ranks come in an order of their own. */
  void beats(int count) {
    for (int beat = 0; beat < count; beat++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, ranks).boxed().toList());
      Collections.shuffle(order, random);
      for (int rank : order) {
        nanos += GroupMember.BEAT.toNanos() / ranks;
        beat(running[rank]);
      }
    }
  }

  private void beat(Simulated rank) {
    if (rank == null) {
      return;
    }
    if (rank.pausedBeats > 0) {
      rank.pausedBeats--;
      return;
    }
    if (random.nextInt(BEATS_IN_A_LOOK) == 0) {
      rank.coordination.look();
    }
    rank.member.beat();
  }

  /** What the running ranks see. */
  List<GroupView> views() {
    return running().stream().map(rank -> rank.member.view()).toList();
  }

  /** Ranks that coordinate. */
  List<Integer> coordinators() {
    return IntStream.range(0, ranks)
        .filter(rank -> running[rank] != null)
        .filter(rank -> running[rank].coordination.says().coordinator() == rank)
        .boxed()
        .toList();
  }

  long highestEpoch() {
    return views().stream().mapToLong(GroupView::epoch).max().orElse(0);
  }

  private List<Simulated> running() {
    return Arrays.stream(running).filter(Objects::nonNull).toList();
  }
}
