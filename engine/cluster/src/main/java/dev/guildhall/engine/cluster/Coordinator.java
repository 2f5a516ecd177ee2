package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.GroupGrpc;
import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import dev.guildhall.proto.v1.JoinReply;
import dev.guildhall.proto.v1.JoinRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The keeper of the membership, as the ranks see it; failures are {@link StatusRuntimeException}.
 */
interface Coordinator {
  JoinReply join(JoinRequest request);

  HeartbeatReply heartbeat(HeartbeatRequest request);

  /** In this process. */
  static Coordinator local(Membership membership, LongSupplier clock) {
    return new Coordinator() {
      @Override
      public JoinReply join(JoinRequest request) {
        try {
          return membership.join(request, clock.getAsLong());
        } catch (MembershipException e) {
          throw e.status().asRuntimeException();
        }
      }

      @Override
      public HeartbeatReply heartbeat(HeartbeatRequest request) {
        try {
          return membership.heartbeat(request, clock.getAsLong());
        } catch (MembershipException e) {
          throw e.status().asRuntimeException();
        }
      }
    };
  }

  /**
   * At another rank; a call that takes over a second fails. When none answers, its name is looked
   * up anew: it may have been made elsewhere.
   */
  static Coordinator remote(ManagedChannel channel) {
    GroupGrpc.GroupBlockingStub stub = GroupGrpc.newBlockingStub(channel);
    return new Coordinator() {
      @Override
      public JoinReply join(JoinRequest request) {
        return answer(() -> stub.withDeadlineAfter(1, TimeUnit.SECONDS).join(request));
      }

      @Override
      public HeartbeatReply heartbeat(HeartbeatRequest request) {
        return answer(() -> stub.withDeadlineAfter(1, TimeUnit.SECONDS).heartbeat(request));
      }

      private <T> T answer(Supplier<T> call) {
        try {
          return call.get();
        } catch (StatusRuntimeException e) {
          Status.Code code = e.getStatus().getCode();
          if (code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED) {
            channel.enterIdle();
          }
          throw e;
        }
      }
    };
  }
}
