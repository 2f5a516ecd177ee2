package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.GroupGrpc;
import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import dev.guildhall.proto.v1.JoinReply;
import dev.guildhall.proto.v1.JoinRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** The coordinator's door for the other ranks. */
final class GroupService extends GroupGrpc.GroupImplBase {
  private final Coordinator coordinator;

  GroupService(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public void join(JoinRequest request, StreamObserver<JoinReply> replies) {
    answer(request, coordinator::join, replies);
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatReply> replies) {
    answer(request, coordinator::heartbeat, replies);
  }

  private static <Q, A> void answer(Q request, Function<Q, A> call, StreamObserver<A> replies) {
    A reply;
    try {
      reply = call.apply(request);
    } catch (StatusRuntimeException e) {
      replies.onError(e);
      return;
    }
    replies.onNext(reply);
    replies.onCompleted();
  }
}
