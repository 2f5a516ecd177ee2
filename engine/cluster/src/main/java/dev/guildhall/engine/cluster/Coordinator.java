package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.GroupGrpc;
import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import dev.guildhall.proto.v1.JoinReply;
import dev.guildhall.proto.v1.JoinRequest;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeUnit;

/**
 * The keeper of the membership, as the ranks see it; failures are {@link StatusRuntimeException}.
 */
interface Coordinator {
  JoinReply join(JoinRequest request);

  HeartbeatReply heartbeat(HeartbeatRequest request);

  /** In this process. */
  static Coordinator local(Membership membership) {
    return new Coordinator() {
      @Override
      public JoinReply join(JoinRequest request) {
        try {
          return membership.join(request, System.nanoTime());
        } catch (MembershipException e) {
          throw e.status().asRuntimeException();
        }
      }

      @Override
      public HeartbeatReply heartbeat(HeartbeatRequest request) {
        try {
          return membership.heartbeat(request, System.nanoTime());
        } catch (MembershipException e) {
          throw e.status().asRuntimeException();
        }
      }
    };
  }

  /** At rank 0; a call that takes over a second fails. */
  static Coordinator remote(Channel rankZero) {
    GroupGrpc.GroupBlockingStub stub = GroupGrpc.newBlockingStub(rankZero);
    return new Coordinator() {
      @Override
      public JoinReply join(JoinRequest request) {
        return stub.withDeadlineAfter(1, TimeUnit.SECONDS).join(request);
      }

      @Override
      public HeartbeatReply heartbeat(HeartbeatRequest request) {
        return stub.withDeadlineAfter(1, TimeUnit.SECONDS).heartbeat(request);
      }
    };
  }
}
