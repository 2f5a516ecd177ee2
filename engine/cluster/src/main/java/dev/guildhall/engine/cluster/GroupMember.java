package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import dev.guildhall.proto.v1.JoinReply;
import dev.guildhall.proto.v1.JoinRequest;
import dev.guildhall.proto.v1.Member;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A rank's side of the membership: joins, beats twice a second, joins again when it was forgotten,
 * and never gives up. A rank that stops answering is out of every other rank's view in about three
 * seconds.
 */
final class GroupMember implements AutoCloseable {
  static final Duration BEAT = Duration.ofMillis(500);
  static final Duration SILENCE = Duration.ofMillis(2500);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final System.Logger LOG = System.getLogger(GroupMember.class.getName());

  private final GroupIdentity group;
  private final int rank;
  private final String address;
  private final Coordination coordination;
  private final Consumer<GroupView> onChange;
  private final HeldPlacements placements;
  private final String incarnation = UUID.randomUUID().toString();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("group-member").daemon().factory());
  // Beside the beats, since ranks that are gone are waited for.
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("group-look").daemon().factory());
  private volatile GroupView view = GroupView.none("this rank has not joined yet");
  private volatile long answeredEpoch = -1;
  private volatile IntSupplier requests = () -> 0;
  private volatile boolean draining;
  private volatile int groupRequests;
  private volatile boolean groupDraining;
  private boolean joined;
  private long lastEpoch;
  private boolean wasWhole;

  /**
   * @param onChange told of every new view, from one thread; must not block for long
   */
  GroupMember(
      GroupIdentity group,
      int rank,
      String address,
      Coordination coordination,
      HeldPlacements placements,
      Consumer<GroupView> onChange) {
    this.group = group;
    this.rank = rank;
    this.address = address;
    this.coordination = coordination;
    this.placements = placements;
    this.onChange = onChange;
  }

  void start() {
    looks.scheduleWithFixedDelay(
        this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    timer.scheduleWithFixedDelay(this::beat, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  GroupView view() {
    return view;
  }

  /** The rank that keeps the membership, or {@link Election#NOBODY} before one was found. */
  int coordinator() {
    return coordination.coordinator();
  }

  /** Where to read how many requests this rank has. */
  void requests(IntSupplier count) {
    requests = count;
  }

  /** Says at once that this rank will leave when the group has no requests. */
  void drain() {
    draining = true;
    timer.execute(this::beat);
  }

  /** Requests of all ranks, as of the last beat. */
  int groupRequests() {
    return groupRequests;
  }

  /** Whether some rank is draining, as of the last beat. */
  boolean groupDraining() {
    return groupDraining;
  }

  /** Says, from the next beat on, that this rank has drawn a token in the epoch. */
  void answered(long epoch) {
    answeredEpoch = epoch;
    timer.execute(this::beat);
  }

  /** Tells the coordinator at once what this rank holds and uses. */
  void tell() {
    timer.execute(this::beat);
  }

  /** Tells the coordinator that this rank is there; once more at once if it was forgotten. */
  void beat() {
    if (!attempt()) {
      attempt();
    }
  }

  private void look() {
    try {
      coordination.look();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "looking for other coordinators failed", e);
    }
  }

  private boolean attempt() {
    try {
      if (!joined) {
        coordination.find();
        join();
      }
      // Also right after joining: only a beat's reply says whether the group is ready.
      see(coordination.heartbeat(heartbeat()));
    } catch (StatusRuntimeException e) {
      failed(e.getStatus());
      return e.getStatus().getCode() != Status.Code.NOT_FOUND;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "heartbeat failed", e);
    }
    return true;
  }

  private void join() {
    JoinReply reply =
        coordination.join(
            JoinRequest.newBuilder()
                .setGroup(group.name())
                .setRank(rank)
                .setRanks(group.ranks())
                .setAddress(address)
                .setModelDigest(group.modelDigest())
                .setIncarnation(incarnation)
                .addAllHeldPlacement(placements.epochs())
                .setLastEpoch(lastEpoch)
                .setWasWhole(wasWhole)
                .build());
    joined = true;
    lastEpoch = Math.max(lastEpoch, reply.getEpoch());
  }

  private HeartbeatRequest heartbeat() {
    long epoch = answeredEpoch;
    return HeartbeatRequest.newBuilder()
        .setGroup(group.name())
        .setRank(rank)
        .setIncarnation(incarnation)
        .setEpoch(epoch)
        .setAnswered(epoch >= 0)
        .addAllHeldPlacement(placements.epochs())
        .setUsedPlacement(placements.used())
        .setRequests(requests.getAsInt())
        .setDraining(draining)
        .build();
  }

  private void failed(Status status) {
    if (status.getCode() == Status.Code.NOT_FOUND) {
      joined = false;
      publish(view.lost("this rank was taken for dead or its coordinator changes: it joins again"));
    } else if (status.getCode() == Status.Code.FAILED_PRECONDITION) {
      publish(view.lost(status.getDescription()));
    } else if (!coordination.hears()) {
      joined = false;
      publish(
          view.lost(
              "the coordinator, last seen on rank %d, does not answer: %s %s"
                  .formatted(
                      coordination.coordinator(), status.getCode(), status.getDescription())));
    }
  }

  private void see(HeartbeatReply reply) {
    lastEpoch = Math.max(lastEpoch, reply.getEpoch());
    wasWhole |= reply.getMembersCount() == group.ranks();
    groupRequests = reply.getRequests();
    groupDraining = reply.getDraining();
    publish(
        new GroupView(
            reply.getEpoch(),
            reply.getComplete(),
            reply.getReady(),
            reply.getPlacement(),
            reply.getOldestPlacement(),
            reply.getMembersList(),
            reply.getComplete() ? "" : reason(reply)));
  }

  private String reason(HeartbeatReply reply) {
    return reply.getReason().isEmpty() ? missing(reply.getMembersList()) : reply.getReason();
  }

  private String missing(List<Member> members) {
    List<Integer> there = members.stream().map(Member::getRank).toList();
    return IntStream.range(0, group.ranks())
        .filter(r -> !there.contains(r))
        .mapToObj(r -> "rank " + r)
        .collect(Collectors.joining(", ", "waiting for ", ""));
  }

  private void publish(GroupView next) {
    if (!next.equals(view)) {
      view = next;
      onChange.accept(next);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    looks.shutdownNow();
  }
}
