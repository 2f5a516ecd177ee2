package dev.guildhall.engine.server;

import com.google.common.primitives.Ints;
import dev.guildhall.engine.runtime.GenerationRequest;
import dev.guildhall.engine.runtime.SamplingParams;
import dev.guildhall.proto.v1.GenerateRequest;
import java.util.Set;

/** Requests from the wire, with the wire's zeros turned into what they stand for. */
final class Requests {
  private Requests() {}

  static GenerationRequest read(GenerateRequest request, RemotePrefill.Result remote) {
    return new GenerationRequest(
        request.getRequestId(),
        Ints.toArray(request.getPromptList()),
        request.getMaxTokens(),
        sampling(request.getSampling()),
        Set.copyOf(request.getStopTokenIdsList()),
        request.getCacheSalt().toByteArray(),
        request.getPriority(),
        request.getDeadlineUnixMs(),
        request.getEchoPromptLogprobs(),
        remote.freshFrom(),
        request.getResumedTokens());
  }

  private static SamplingParams sampling(dev.guildhall.proto.v1.SamplingParams params) {
    return new SamplingParams(
        params.getTemperature(),
        oneIfUnset(params.getTopP()),
        params.getTopK(),
        params.getMinP(),
        params.getPresencePenalty(),
        params.getFrequencyPenalty(),
        oneIfUnset(params.getRepetitionPenalty()),
        params.hasSeed() ? params.getSeed() : null,
        params.getLogitBiasMap(),
        params.getLogprobs(),
        params.getTopLogprobs());
  }

  private static float oneIfUnset(float value) {
    return value == 0 ? 1 : value;
  }
}
