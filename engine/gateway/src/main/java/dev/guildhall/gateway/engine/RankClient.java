package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.routes.ModelRoute;
import dev.guildhall.proto.v1.EngineGrpc;
import dev.guildhall.proto.v1.GetStatusRequest;
import dev.guildhall.proto.v1.RankStatus;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * One rank: its channel, its last status, and what was sent to it since. Safe for use by several
 * threads.
 */
final class RankClient implements StreamObserver<RankStatus> {

  private static final Logger LOG = Logger.getLogger(RankClient.class);
  private static final AtomicLong INCARNATIONS = new AtomicLong();
  private static final long POLL_DEADLINE_MILLIS = 3000;

  private final String address;
  private final ModelRoute model;
  private final String group;
  private final ManagedChannel channel;
  private final AtomicLong sentTokens = new AtomicLong();
  private final AtomicBoolean polling = new AtomicBoolean();
  private volatile OptionalInt weightPercent = OptionalInt.empty();
  private volatile boolean probed;
  private volatile ModelRoute.Work work = ModelRoute.Work.WHOLE;
  private volatile State state = new State(null, INCARNATIONS.incrementAndGet());

  /**
   * What is known.
   *
   * @param status the last answer; null while the rank cannot be reached
   * @param incarnation changes whenever the rank may have lost its cache
   */
  private record State(RankStatus status, long incarnation) {}

  RankClient(String address, ModelRoute model, String group, ManagedChannel channel) {
    this.address = address;
    this.model = model;
    this.group = group;
    this.channel = channel;
  }

  String address() {
    return address;
  }

  ModelRoute model() {
    return model;
  }

  String group() {
    return group;
  }

  /** Whose requests it gets: a share of its own, or what others leave. */
  Lane lane() {
    return weightPercent.isPresent() ? Lane.CANARY : Lane.STABLE;
  }

  /** Percent of the requests that go to the rank's lane; 100 where it shares what others leave. */
  int weightPercent() {
    return weightPercent.orElse(100);
  }

  /** Whether fixed prompts are put to it. */
  boolean probed() {
    return probed;
  }

  /** Which part of requests its group does. */
  ModelRoute.Work work() {
    return work;
  }

  /** Takes from the routes what its group is for. */
  void use(ModelRoute.Group group) {
    weightPercent = group.weightPercent();
    probed = group.probed();
    work = group.work();
  }

  EngineGrpc.EngineStub stub() {
    return EngineGrpc.newStub(channel);
  }

  EngineGrpc.EngineBlockingStub blockingStub() {
    return EngineGrpc.newBlockingStub(channel);
  }

  /** The last status; null while the rank cannot be reached. */
  RankStatus status() {
    return state.status;
  }

  long incarnation() {
    return state.incarnation;
  }

  /** Whether it takes requests. */
  boolean usable() {
    RankStatus status = state.status;
    return status != null
        && status.getReady()
        && !status.getDraining()
        && status.getModel().equals(model.name());
  }

  /** Notes a request that was sent; its tokens count as queued until {@link #began}. */
  void sent(int tokens) {
    sentTokens.addAndGet(tokens);
  }

  /** Notes that a request that was sent has begun, or failed. */
  void began(int tokens) {
    sentTokens.addAndGet(-tokens);
  }

  /** Tokens waiting: the larger of what the rank last reported and what this gateway has sent. */
  long queuedTokens() {
    RankStatus status = state.status;
    return Math.max(status == null ? 0 : status.getQueuedTokens(), sentTokens.get());
  }

  /** Asks for the status, unless an answer is being waited for. */
  void poll() {
    if (polling.compareAndSet(false, true)) {
      if (state.status == null) {
        // It is asked every second anyway; waiting longer would only keep a new rank from its work.
        channel.resetConnectBackoff();
      }
      stub()
          .withDeadlineAfter(POLL_DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
          .getStatus(GetStatusRequest.getDefaultInstance(), this);
    }
  }

  /** Leaves the rank out until it answers again. */
  void unreachable(String why) {
    if (state.status != null) {
      LOG.warnf("rank %s of %s is left out: %s", address, model.name(), why);
      state = new State(null, INCARNATIONS.incrementAndGet());
    }
  }

  @Override
  public void onNext(RankStatus status) {
    State before = state;
    if (before.status == null) {
      LOG.infof(
          "rank %s of %s answers: %s",
          address,
          model.name(),
          status.getReady() ? "ready" : "not ready, " + status.getNotReadyReason());
    }
    state = new State(status, before.incarnation);
  }

  @Override
  public void onError(Throwable problem) {
    polling.set(false);
    unreachable(io.grpc.Status.fromThrowable(problem).getCode().toString());
  }

  @Override
  public void onCompleted() {
    polling.set(false);
  }

  /** Lets running calls finish and takes no new ones. */
  void close() {
    channel.shutdown();
  }
}
