package dev.guildhall.gateway.api;

import dev.guildhall.gateway.text.GenerationDefaults;
import dev.guildhall.proto.v1.SamplingParams;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How tokens are chosen; a null means that the request did not say and the model's default applies.
 *
 * @param logprobs report the log-probability of each token
 * @param topLogprobs and of this many alternatives
 */
public record Sampling(
    Double temperature,
    Double topP,
    Integer topK,
    Double minP,
    double presencePenalty,
    double frequencyPenalty,
    Double repetitionPenalty,
    OptionalLong seed,
    Map<Integer, Float> logitBias,
    boolean logprobs,
    int topLogprobs,
    boolean ignoreEos,
    List<Integer> stopTokenIds) {

  /** OpenAI takes a top_p of 0 for "only the likeliest"; to the engine 0 means off. */
  private static final double SMALLEST_TOP_P = 1e-6;

  /**
   * As the engine wants it.
   *
   * @param choice index of the choice: with a seed, each choice gets its own
   */
  public SamplingParams toProto(GenerationDefaults defaults, int choice) {
    SamplingParams.Builder params =
        SamplingParams.newBuilder()
            .setTemperature((float) or(temperature, defaults.temperature()))
            .setTopP((float) Math.max(SMALLEST_TOP_P, or(topP, defaults.topP())))
            .setTopK(topK == null ? defaults.topK() : topK)
            .setMinP((float) or(minP, defaults.minP()))
            .setPresencePenalty((float) presencePenalty)
            .setFrequencyPenalty((float) frequencyPenalty)
            .setRepetitionPenalty((float) or(repetitionPenalty, defaults.repetitionPenalty()))
            .putAllLogitBias(logitBias)
            .setLogprobs(logprobs)
            .setTopLogprobs(topLogprobs);
    seed.ifPresent(s -> params.setSeed(s + choice));
    return params.build();
  }

  private static double or(Double given, double absent) {
    return given == null ? absent : given;
  }
}
