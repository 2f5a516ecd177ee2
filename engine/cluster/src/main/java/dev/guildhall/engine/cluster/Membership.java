package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import dev.guildhall.proto.v1.JoinReply;
import dev.guildhall.proto.v1.JoinRequest;
import dev.guildhall.proto.v1.Member;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The coordinator's list of ranks. Every change of it, be it a rank that joins, restarts or falls
 * silent, raises the epoch. A group that has been whole may go on without ranks whose experts
 * others hold. Time is passed in, so that nothing here waits.
 */
final class Membership {

  private static final class Entry {
    final Member member;
    long seenNanos;
    long answeredEpoch = -1;
    Set<Long> held;
    long used;
    int requests;
    boolean draining;

    Entry(Member member, List<Long> held, long nowNanos) {
      this.member = member;
      this.held = Set.copyOf(held);
      seenNanos = nowNanos;
      used = Long.MIN_VALUE;
    }
  }

  private final GroupIdentity group;
  private final long silenceNanos;
  private final Coverage coverage;
  private final SortedMap<Integer, Entry> entries = new TreeMap<>();
  private long epoch;

  /** Before that, ranks that are not there are on their way, and the group waits for them. */
  private boolean wasWhole;

  /** What is known of placements. */
  interface Coverage {
    /** Whether some ranks hold all experts of a placement between them. */
    boolean covered(long placement, BitSet ranks);
  }

  /**
   * @param group what every rank must agree on
   * @param silenceNanos a rank not heard of for this long is gone
   * @param coverage tells whether the others can do without it
   */
  Membership(GroupIdentity group, long silenceNanos, Coverage coverage) {
    this.group = group;
    this.silenceNanos = silenceNanos;
    this.coverage = coverage;
  }

  /** Takes a rank in; the same incarnation may join again without effect. */
  synchronized JoinReply join(JoinRequest request, long nowNanos) {
    group.check(request);
    expire(nowNanos);
    wasWhole |= request.getWasWhole();
    Entry present = entries.get(request.getRank());
    if (present == null
        || !present.member.getIncarnation().equals(request.getIncarnation())
        || request.getLastEpoch() > epoch) {
      Member member =
          Member.newBuilder()
              .setRank(request.getRank())
              .setAddress(request.getAddress())
              .setIncarnation(request.getIncarnation())
              .build();
      entries.put(request.getRank(), new Entry(member, request.getHeldPlacementList(), nowNanos));
      epoch = Math.max(epoch, request.getLastEpoch()) + 1;
    } else {
      present.seenNanos = nowNanos;
    }
    return JoinReply.newBuilder()
        .setEpoch(epoch)
        .setComplete(complete())
        .addAllMembers(members())
        .build();
  }

  /** Notes that a rank lives. */
  synchronized HeartbeatReply heartbeat(HeartbeatRequest request, long nowNanos) {
    expire(nowNanos);
    Entry entry = entries.get(request.getRank());
    if (!request.getGroup().equals(group.name())
        || entry == null
        || !entry.member.getIncarnation().equals(request.getIncarnation())) {
      throw MembershipException.unknown(
          "rank %d of group %s is not a member (any more), join again"
              .formatted(request.getRank(), request.getGroup()));
    }
    entry.seenNanos = nowNanos;
    if (request.getAnswered()) {
      entry.answeredEpoch = request.getEpoch();
    }
    entry.held = Set.copyOf(request.getHeldPlacementList());
    entry.used = request.getUsedPlacement();
    entry.requests = request.getRequests();
    entry.draining = request.getDraining();
    boolean complete = complete();
    return HeartbeatReply.newBuilder()
        .setEpoch(epoch)
        .setComplete(complete)
        .addAllMembers(members())
        .setReady(complete && entries.values().stream().allMatch(e -> e.answeredEpoch == epoch))
        .setReason(isWhole() && !complete ? noCommonPlacement() : "")
        .setPlacement(common().orElse(0))
        .setOldestPlacement(complete ? oldest() : 0)
        .setRequests(entries.values().stream().mapToInt(e -> e.requests).sum())
        .setDraining(entries.values().stream().anyMatch(e -> e.draining))
        .build();
  }

  /** The newest placement that every rank holds, and of which no expert is missing. */
  private OptionalLong common() {
    return entries.values().stream()
        .flatMap(e -> e.held.stream())
        .mapToLong(Long::longValue)
        .distinct()
        .filter(epoch -> entries.values().stream().allMatch(e -> e.held.contains(epoch)))
        .filter(epoch -> isWhole() || coverage.covered(epoch, there()))
        .max();
  }

  private BitSet there() {
    BitSet there = new BitSet();
    entries.keySet().forEach(there::set);
    return there;
  }

  private boolean isWhole() {
    return entries.size() == group.ranks();
  }

  /** The oldest one that a rank still dispatches by; nothing is known of one that only joined. */
  private long oldest() {
    return Math.max(0, entries.values().stream().mapToLong(e -> e.used).min().orElse(0));
  }

  private String noCommonPlacement() {
    return entries.values().stream()
        .map(e -> "rank %d holds %s".formatted(e.member.getRank(), new TreeSet<>(e.held)))
        .collect(Collectors.joining(", ", "no placement is held by all ranks: ", ""));
  }

  private void expire(long nowNanos) {
    if (entries.values().removeIf(e -> nowNanos - e.seenNanos > silenceNanos)) {
      epoch++;
    }
  }

  private boolean complete() {
    wasWhole |= isWhole();
    return wasWhole && common().isPresent();
  }

  private List<Member> members() {
    List<Member> members = new ArrayList<>();
    entries.values().forEach(e -> members.add(e.member));
    return members;
  }
}
