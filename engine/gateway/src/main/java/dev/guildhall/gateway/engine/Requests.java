package dev.guildhall.gateway.engine;

import com.google.protobuf.ByteString;
import dev.guildhall.gateway.api.InferenceRequest;
import dev.guildhall.gateway.text.GenerationDefaults;
import dev.guildhall.proto.v1.GenerateRequest;

/** What is asked of the engine for one choice. */
final class Requests {

  private Requests() {}

  static GenerateRequest of(Job job, Choice choice) {
    InferenceRequest request = job.request();
    GenerationDefaults defaults = job.text().text().defaults();
    int sibling = choice.index % request.choices();
    GenerateRequest.Builder builder =
        GenerateRequest.newBuilder()
            .setRequestId(sibling == 0 ? choice.unit.id() : choice.unit.id() + "/" + sibling)
            .addAllPrompt(choice.soFar().boxed().toList())
            .setMaxTokens(choice.tokensLeft())
            .setSampling(request.sampling().toProto(defaults, sibling))
            .addAllStopTokenIds(request.sampling().stopTokenIds())
            .setCacheSalt(ByteString.copyFrom(job.salt()))
            .setDeadlineUnixMs(
                System.currentTimeMillis() + (job.deadlineNanos() - System.nanoTime()) / 1_000_000)
            .setEchoPromptLogprobs(
                request.echo() && request.sampling().logprobs() && choice.received == 0)
            .setResumedTokens(choice.received)
            .setModelDigest(choice.modelDigest);
    choice.route.prefill().ifPresent(rank -> builder.setPrefillRank(rank.address()));
    if (!request.sampling().ignoreEos()) {
      builder.addAllStopTokenIds(defaults.endOfSequence());
    }
    return builder.build();
  }
}
