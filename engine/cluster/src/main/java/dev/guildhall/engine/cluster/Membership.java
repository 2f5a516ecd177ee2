package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import dev.guildhall.proto.v1.JoinReply;
import dev.guildhall.proto.v1.JoinRequest;
import dev.guildhall.proto.v1.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The coordinator's list of ranks. Every change of it, be it a rank that joins, restarts or falls
 * silent, raises the epoch. Time is passed in, so that nothing here waits.
 */
final class Membership {

  private static final class Entry {
    final Member member;
    long seenNanos;
    long answeredEpoch = -1;

    Entry(Member member, long nowNanos) {
      this.member = member;
      seenNanos = nowNanos;
    }
  }

  private final GroupIdentity group;
  private final long silenceNanos;
  private final SortedMap<Integer, Entry> entries = new TreeMap<>();
  private long epoch;

  /**
   * @param group what every rank must agree on
   * @param silenceNanos a rank not heard of for this long is gone
   */
  Membership(GroupIdentity group, long silenceNanos) {
    this.group = group;
    this.silenceNanos = silenceNanos;
  }

  /** Takes a rank in; the same incarnation may join again without effect. */
  synchronized JoinReply join(JoinRequest request, long nowNanos) {
    group.check(request);
    expire(nowNanos);
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
      entries.put(request.getRank(), new Entry(member, nowNanos));
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
    return HeartbeatReply.newBuilder()
        .setEpoch(epoch)
        .setComplete(complete())
        .addAllMembers(members())
        .setReady(complete() && entries.values().stream().allMatch(e -> e.answeredEpoch == epoch))
        .build();
  }

  private void expire(long nowNanos) {
    if (entries.values().removeIf(e -> nowNanos - e.seenNanos > silenceNanos)) {
      epoch++;
    }
  }

  private boolean complete() {
    return entries.size() == group.ranks();
  }

  private List<Member> members() {
    List<Member> members = new ArrayList<>();
    entries.values().forEach(e -> members.add(e.member));
    return members;
  }
}
