package dev.guildhall.gateway.engine;

import dev.guildhall.proto.v1.AbortReply;
import dev.guildhall.proto.v1.AbortRequest;
import dev.guildhall.proto.v1.GenerateReply;
import dev.guildhall.proto.v1.GenerateRequest;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One call of {@code Generate}; hands what happens to a queue and takes more only as its reader
 * keeps up.
 */
final class Call implements ClientResponseObserver<GenerateRequest, GenerateReply> {

  private static final int AHEAD = 32;
  private static final long ABORT_MILLIS = 1000;

  private final Choice choice;
  private final int attempt;
  private final RankClient rank;
  private final String requestId;
  private final Consumer<Event> events;
  private ClientCallStreamObserver<GenerateRequest> control;

  /**
   * What happened to a call; exactly one of the last three is set.
   *
   * @param attempt of the choice that the call belongs to
   * @param status how the call ended
   * @param abortRefused the rank does not know how to abort
   */
  record Event(
      Choice choice, int attempt, GenerateReply reply, Status status, boolean abortRefused) {}

  private Call(Choice choice, RankClient rank, String requestId, Consumer<Event> events) {
    this.choice = choice;
    this.attempt = choice.attempt;
    this.rank = rank;
    this.requestId = requestId;
    this.events = events;
  }

  static Call start(
      Choice choice,
      RankClient rank,
      GenerateRequest request,
      long deadlineNanos,
      Consumer<Event> events) {
    Call call = new Call(choice, rank, request.getRequestId(), events);
    long left = Math.max(1, deadlineNanos - System.nanoTime());
    rank.stub().withDeadlineAfter(left, TimeUnit.NANOSECONDS).generate(request, call);
    return call;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<GenerateRequest> observer) {
    control = observer;
    observer.disableAutoRequestWithInitial(AHEAD);
  }

  /** A reply was dealt with: another may come. */
  void more() {
    control.request(1);
  }

  /** Ends the call without learning what was used. */
  void cancel() {
    control.cancel("the gateway needs no more of it", null);
  }

  /** Asks the rank to end the generation and to report its usage on this call. */
  void abort() {
    rank.stub()
        .withDeadlineAfter(ABORT_MILLIS, TimeUnit.MILLISECONDS)
        .abort(
            AbortRequest.newBuilder().setRequestId(requestId).build(),
            new StreamObserver<AbortReply>() {
              @Override
              public void onNext(AbortReply reply) {
                // The generation's own stream tells the rest.
              }

              @Override
              public void onError(Throwable problem) {
                events.accept(new Event(choice, attempt, null, null, true));
              }

              @Override
              public void onCompleted() {
                // As above.
              }
            });
  }

  @Override
  public void onNext(GenerateReply reply) {
    events.accept(new Event(choice, attempt, reply, null, false));
  }

  @Override
  public void onError(Throwable problem) {
    events.accept(new Event(choice, attempt, null, Status.fromThrowable(problem), false));
  }

  @Override
  public void onCompleted() {
    events.accept(new Event(choice, attempt, null, Status.OK, false));
  }
}
