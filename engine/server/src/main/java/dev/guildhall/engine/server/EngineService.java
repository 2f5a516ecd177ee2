package dev.guildhall.engine.server;

import com.google.protobuf.UnsafeByteOperations;
import dev.guildhall.engine.model.ModelAssets;
import dev.guildhall.engine.runtime.AdmissionException;
import dev.guildhall.engine.runtime.Generator;
import dev.guildhall.proto.v1.AbortReply;
import dev.guildhall.proto.v1.AbortRequest;
import dev.guildhall.proto.v1.AssetChunk;
import dev.guildhall.proto.v1.DrainReply;
import dev.guildhall.proto.v1.DrainRequest;
import dev.guildhall.proto.v1.EngineGrpc;
import dev.guildhall.proto.v1.GenerateReply;
import dev.guildhall.proto.v1.GenerateRequest;
import dev.guildhall.proto.v1.GetAssetsRequest;
import dev.guildhall.proto.v1.GetStatusRequest;
import dev.guildhall.proto.v1.RankStatus;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.function.Supplier;

/** The serving side of a rank, as {@code engine.proto} says. */
final class EngineService extends EngineGrpc.EngineImplBase {
  private static final int CHUNK_BYTES = 256 << 10;

  private final Generator generator;
  private final Readiness readiness;
  private final Supplier<RankStatus> status;
  private final ModelAssets assets;
  private final int ranks;

  EngineService(
      Generator generator,
      Readiness readiness,
      Supplier<RankStatus> status,
      ModelAssets assets,
      int ranks) {
    this.generator = generator;
    this.readiness = readiness;
    this.status = status;
    this.assets = assets;
    this.ranks = ranks;
  }

  @Override
  public void generate(GenerateRequest request, StreamObserver<GenerateReply> replies) {
    ServerCallStreamObserver<GenerateReply> call =
        (ServerCallStreamObserver<GenerateReply>) replies;
    String reason = readiness.notReadyBecause();
    if (!reason.isEmpty()) {
      replies.onError(Status.UNAVAILABLE.withDescription(reason).asRuntimeException());
      return;
    }
    // A call refused because its id is taken must not cancel the one that has it.
    boolean[] accepted = {false};
    call.setOnCancelHandler(
        () -> {
          synchronized (accepted) {
            if (accepted[0]) {
              generator.cancel(request.getRequestId());
            }
          }
        });
    try {
      synchronized (accepted) {
        generator.submit(Requests.read(request), new ReplyStream(call, ranks));
        accepted[0] = true;
      }
    } catch (AdmissionException e) {
      replies.onError(statusOf(e.reason()).withDescription(e.getMessage()).asRuntimeException());
      return;
    }
    if (call.isCancelled()) {
      generator.cancel(request.getRequestId());
    }
  }

  private static Status statusOf(AdmissionException.Reason reason) {
    return switch (reason) {
      case INVALID -> Status.INVALID_ARGUMENT;
      case DUPLICATE -> Status.ALREADY_EXISTS;
      case QUEUE_FULL -> Status.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> Status.UNAVAILABLE;
    };
  }

  @Override
  public void abort(AbortRequest request, StreamObserver<AbortReply> replies) {
    boolean found = generator.cancel(request.getRequestId());
    replies.onNext(AbortReply.newBuilder().setFound(found).build());
    replies.onCompleted();
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<RankStatus> replies) {
    replies.onNext(status.get());
    replies.onCompleted();
  }

  @Override
  public void getAssets(GetAssetsRequest request, StreamObserver<AssetChunk> replies) {
    assets
        .files()
        .forEach(
            (name, content) -> {
              int from = 0;
              do {
                int length = Math.min(CHUNK_BYTES, content.length - from);
                replies.onNext(
                    AssetChunk.newBuilder()
                        .setName(name)
                        .setData(UnsafeByteOperations.unsafeWrap(content, from, length))
                        .setLast(from + length == content.length)
                        .build());
                from += length;
              } while (from < content.length);
            });
    replies.onCompleted();
  }

  @Override
  public void drain(DrainRequest request, StreamObserver<DrainReply> replies) {
    readiness.drain();
    try {
      int aborted = generator.drain(Duration.ofMillis(Math.max(0, request.getTimeoutMs())));
      replies.onNext(DrainReply.newBuilder().setAborted(aborted).build());
      replies.onCompleted();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      replies.onError(Status.ABORTED.withDescription("interrupted").asRuntimeException());
    }
  }
}
