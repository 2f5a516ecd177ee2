package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import dev.guildhall.proto.v1.JoinReply;
import dev.guildhall.proto.v1.JoinRequest;
import dev.guildhall.proto.v1.Member;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Who keeps the membership, as this rank sees it: itself or another one, whom it finds by asking.
 * Whoever began to coordinate goes on as long as it lives; when it does not answer, the lowest rank
 * that does begins. Should two coordinate, because they could not reach each other, the one whose
 * group is worth less gives way.
 *
 * <p>Two groups for a time do no harm to answers: what an expert computes depends on the placement
 * that a call names, never on who coordinates.
 */
final class Coordination implements Coordinator {
  /** Asked at once by a rank that looks for its coordinator; any that has one knows the way. */
  private static final int AT_ONCE = 4;

  /** Asked at once by a coordinator for ranks that it misses. */
  private static final int MISSING_AT_ONCE = 8;

  /** For lower ranks than one that has just started. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final int rank;
  private final int ranks;
  private final OtherRanks others;
  private final Supplier<Membership> begin;
  private final LongSupplier clock;

  /** The list that this rank keeps, while it coordinates. */
  private volatile Coordinator own;

  private volatile int followed = Election.NOBODY;
  private volatile int better = Election.NOBODY;
  private volatile HeartbeatReply heard = HeartbeatReply.getDefaultInstance();
  private volatile long heardNanos;
  private Coordinator present;

  /**
   * @param begin an empty list of ranks, for when this rank begins to coordinate
   * @param clock nanoseconds
   */
  Coordination(
      int rank, int ranks, OtherRanks others, Supplier<Membership> begin, LongSupplier clock) {
    this.rank = rank;
    this.ranks = ranks;
    this.others = others;
    this.begin = begin;
    this.clock = clock;
    heardNanos = clock.getAsLong();
  }

  /**
   * Finds whom to join, which may be this rank.
   *
   * @throws io.grpc.StatusRuntimeException UNAVAILABLE while that is not known
   */
  void find() {
    int found = better == Election.NOBODY ? search() : better;
    better = Election.NOBODY;
    if (found == Election.NOBODY) {
      throw Status.UNAVAILABLE
          .withDescription("no rank coordinates the group yet")
          .asRuntimeException();
    }
    if (found != rank) {
      own = null;
      present = others.at(found);
    } else if (own == null) {
      own = Coordinator.local(begin.get(), clock);
      present = own;
    }
    followed = found;
    others.keepOnly(found);
  }

  private int search() {
    for (int from = 0; from < rank; from += AT_ONCE) {
      List<Election.Says> said = others.ask(range(from, Math.min(rank, from + AT_ONCE)));
      int found = Election.choose(rank, said);
      if (found != Election.NOBODY || !said.isEmpty()) {
        return found;
      }
    }
    int found = Election.choose(rank, others.ask(range(rank + 1, ranks)));
    return found == Election.NOBODY && mayBegin() ? rank : found;
  }

  /** Where ranks start together, the lower ones are on their way. */
  private boolean mayBegin() {
    boolean wasMember = heard.getMembersCount() > 0;
    return rank == 0 || wasMember || silence() > PATIENCE.toNanos();
  }

  private long silence() {
    return clock.getAsLong() - heardNanos;
  }

  /** Whether the coordinator has answered lately, or this rank has only just started. */
  boolean hears() {
    return silence() <= GroupMember.SILENCE.toNanos();
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /**
   * Who coordinates, as far as this rank knows; {@link Election#NOBODY} before it has found one.
   */
  int coordinator() {
    return followed;
  }

  /** What this rank says to others that look for a coordinator. */
  Election.Says says() {
    HeartbeatReply last = hears() ? heard : HeartbeatReply.getDefaultInstance();
    int coordinator = own != null ? rank : hears() ? followed : Election.NOBODY;
    return new Election.Says(coordinator, last.getComplete(), last.getMembersCount());
  }

  /** While this rank coordinates and misses others: sees whether they have a better group. */
  void look() {
    if (own == null) {
      return;
    }
    List<Integer> there = heard.getMembersList().stream().map(Member::getRank).toList();
    List<Integer> missing =
        range(0, ranks).stream()
            .filter(other -> other != rank && !there.contains(other))
            .limit(MISSING_AT_ONCE)
            .toList();
    if (missing.isEmpty()) {
      others.keepOnly(rank);
    } else {
      Election.better(says(), others.ask(missing)).ifPresent(one -> better = one.coordinator());
    }
  }

  @Override
  public JoinReply join(JoinRequest request) {
    return present.join(request);
  }

  @Override
  public HeartbeatReply heartbeat(HeartbeatRequest request) {
    if (own != null && better != Election.NOBODY) {
      own = null;
      followed = Election.NOBODY;
      throw Status.NOT_FOUND
          .withDescription("this rank gives way to rank " + better)
          .asRuntimeException();
    }
    HeartbeatReply reply = present.heartbeat(request);
    heard = reply;
    heardNanos = clock.getAsLong();
    return reply;
  }

  /** This rank's own list, for the calls of other ranks. */
  Coordinator door() {
    return new Coordinator() {
      @Override
      public JoinReply join(JoinRequest request) {
        return mine(Status.UNAVAILABLE).join(request);
      }

      @Override
      public HeartbeatReply heartbeat(HeartbeatRequest request) {
        return mine(Status.NOT_FOUND).heartbeat(request);
      }
    };
  }

  private Coordinator mine(Status otherwise) {
    Coordinator mine = own;
    if (mine == null) {
      throw otherwise.withDescription("rank " + rank + " does not coordinate").asRuntimeException();
    }
    return mine;
  }
}
