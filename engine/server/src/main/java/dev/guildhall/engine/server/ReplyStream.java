package dev.guildhall.engine.server;

import dev.guildhall.engine.runtime.Completion;
import dev.guildhall.engine.runtime.GenerationListener;
import dev.guildhall.engine.runtime.SampledToken;
import dev.guildhall.proto.v1.Finished;
import dev.guildhall.proto.v1.GenerateReply;
import dev.guildhall.proto.v1.GeneratedToken;
import dev.guildhall.proto.v1.Started;
import dev.guildhall.proto.v1.TokenLogprob;
import dev.guildhall.proto.v1.Usage;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.IntSupplier;

/** Sends what happens to a request down its call. */
final class ReplyStream implements GenerationListener {
  private final StreamObserver<GenerateReply> replies;
  private final String modelDigest;
  private final IntSupplier ranks;
  private final RemotePrefill.Result remote;

  /**
   * @param ranks how many compute the group's steps
   * @param remote what another rank did for the request
   */
  ReplyStream(
      StreamObserver<GenerateReply> replies,
      String modelDigest,
      IntSupplier ranks,
      RemotePrefill.Result remote) {
    this.replies = replies;
    this.modelDigest = modelDigest;
    this.ranks = ranks;
    this.remote = remote;
  }

  @Override
  public void started(int cachedTokens, List<SampledToken> prompt) {
    Started.Builder started =
        Started.newBuilder().setCachedTokens(cachedTokens).setModelDigest(modelDigest);
    prompt.forEach(t -> started.addPrompt(toProto(t)));
    replies.onNext(GenerateReply.newBuilder().setStarted(started).build());
  }

  @Override
  public void token(SampledToken sampled) {
    replies.onNext(GenerateReply.newBuilder().addTokens(toProto(sampled)).build());
  }

  @Override
  public void finished(Completion end) {
    Completion.Usage used = end.usage();
    Finished finished =
        Finished.newBuilder()
            .setReason(
                switch (end.reason()) {
                  case STOP -> Finished.Reason.STOP;
                  case LENGTH -> Finished.Reason.LENGTH;
                  case CANCELLED -> Finished.Reason.CANCELLED;
                  case DEADLINE, UNAVAILABLE, INTERNAL -> Finished.Reason.ERROR;
                })
            .setError(end.error())
            .setUsage(
                Usage.newBuilder()
                    .setPromptTokens(used.promptTokens())
                    .setCachedTokens(used.cachedTokens())
                    .setCompletionTokens(used.completionTokens())
                    .setPrefillNanos(used.prefillNanos())
                    .setDecodeNanos(used.decodeNanos())
                    .setQueueNanos(used.queueNanos())
                    .setRanks(ranks.getAsInt())
                    .setRemotePrefillNanos(remote.nanos())
                    .setRemoteRanks(remote.ranks())
                    .setRemoteTokens(remote.tokens()))
            .build();
    replies.onNext(GenerateReply.newBuilder().setFinished(finished).build());
    Status status = EngineService.statusOf(end.reason());
    if (status.isOk()) {
      replies.onCompleted();
    } else {
      replies.onError(status.withDescription(end.error()).asRuntimeException());
    }
  }

  private static GeneratedToken toProto(SampledToken sampled) {
    GeneratedToken.Builder token = GeneratedToken.newBuilder().setId(sampled.id());
    if (sampled.hasLogprob()) {
      token.setLogprob(sampled.logprob());
    }
    for (SampledToken.Alternative alternative : sampled.top()) {
      token.addTop(
          TokenLogprob.newBuilder().setId(alternative.id()).setLogprob(alternative.logprob()));
    }
    return token.build();
  }
}
