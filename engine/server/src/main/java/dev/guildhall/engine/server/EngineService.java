package dev.guildhall.engine.server;

import com.google.protobuf.UnsafeByteOperations;
import dev.guildhall.engine.model.ModelAssets;
import dev.guildhall.engine.runtime.AdmissionException;
import dev.guildhall.engine.runtime.Completion;
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
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The serving side of a rank, as {@code engine.proto} says. */
final class EngineService extends EngineGrpc.EngineImplBase {
  private static final int CHUNK_BYTES = 256 << 10;

  private final Generator generator;
  private final RemotePrefill elsewhere;
  private final Readiness readiness;
  private final Supplier<RankStatus> status;
  private final ModelAssets assets;
  private final String modelDigest;
  private final IntSupplier ranks;

  EngineService(
      Generator generator,
      RemotePrefill elsewhere,
      Readiness readiness,
      Supplier<RankStatus> status,
      ModelAssets assets,
      String modelDigest,
      IntSupplier ranks) {
    this.generator = generator;
    this.elsewhere = elsewhere;
    this.readiness = readiness;
    this.status = status;
    this.assets = assets;
    this.modelDigest = modelDigest;
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
    if (!request.getModelDigest().isEmpty() && !request.getModelDigest().equals(modelDigest)) {
      replies.onError(
          Status.FAILED_PRECONDITION
              .withDescription(
                  "model_digest is %s, this rank holds %s"
                      .formatted(request.getModelDigest(), modelDigest))
              .asRuntimeException());
      return;
    }
    var submission = new Submission(request, call);
    call.setOnCancelHandler(submission::cancelled);
    if (request.getPrefillRank().isEmpty()) {
      submission.submit(RemotePrefill.Result.NONE);
    } else {
      elsewhere.fetch(request, submission::submit);
    }
  }

  /** A call on its way into the runtime. */
  private final class Submission {
    private final GenerateRequest request;
    private final ServerCallStreamObserver<GenerateReply> call;

    /** A call refused because its id is taken must not cancel the one that has it. */
    private boolean accepted;

    Submission(GenerateRequest request, ServerCallStreamObserver<GenerateReply> call) {
      this.request = request;
      this.call = call;
    }

    synchronized void cancelled() {
      if (accepted) {
        generator.cancel(request.getRequestId());
      }
    }

    synchronized void submit(RemotePrefill.Result remote) {
      if (call.isCancelled()) {
        return;
      }
      try {
        generator.submit(
            Requests.read(request, remote), new ReplyStream(call, modelDigest, ranks, remote));
        accepted = true;
      } catch (AdmissionException e) {
        call.onError(statusOf(e.reason()).withDescription(e.getMessage()).asRuntimeException());
        return;
      }
      if (call.isCancelled()) {
        cancelled();
      }
    }
  }

  static Status statusOf(AdmissionException.Reason reason) {
    return switch (reason) {
      case INVALID -> Status.INVALID_ARGUMENT;
      case DUPLICATE -> Status.ALREADY_EXISTS;
      case QUEUE_FULL -> Status.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> Status.UNAVAILABLE;
    };
  }

  static Status statusOf(Completion.Reason reason) {
    return switch (reason) {
      case STOP, LENGTH, CANCELLED -> Status.OK;
      case DEADLINE -> Status.DEADLINE_EXCEEDED;
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case INTERNAL -> Status.INTERNAL;
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
