package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.FindCoordinatorReply;
import dev.guildhall.proto.v1.FindCoordinatorRequest;
import dev.guildhall.proto.v1.GroupGrpc;
import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import dev.guildhall.proto.v1.JoinReply;
import dev.guildhall.proto.v1.JoinRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** The door for the other ranks, to the coordinator if this rank is it. */
final class GroupService extends GroupGrpc.GroupImplBase {
  private final String group;
  private final Coordination coordination;
  private final Coordinator coordinator;

  GroupService(String group, Coordination coordination) {
    this.group = group;
    this.coordination = coordination;
    coordinator = coordination.door();
  }

  @Override
  public void join(JoinRequest request, StreamObserver<JoinReply> replies) {
    answer(request, coordinator::join, replies);
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatReply> replies) {
    answer(request, coordinator::heartbeat, replies);
  }

  @Override
  public void findCoordinator(
      FindCoordinatorRequest request, StreamObserver<FindCoordinatorReply> replies) {
    answer(request, this::says, replies);
  }

  private FindCoordinatorReply says(FindCoordinatorRequest request) {
    if (!request.getGroup().equals(group)) {
      throw Status.FAILED_PRECONDITION
          .withDescription("this is group %s, not %s".formatted(group, request.getGroup()))
          .asRuntimeException();
    }
    Election.Says says = coordination.says();
    FindCoordinatorReply.Builder reply =
        FindCoordinatorReply.newBuilder().setComplete(says.complete()).setMembers(says.members());
    return (says.coordinator() == Election.NOBODY
            ? reply
            : reply.setCoordinator(says.coordinator()))
        .build();
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
