package dev.guildhall.engine.runtime;

import java.util.Map;

/**
 * How tokens are drawn. The order is that of common engines: penalties and bias on the logits,
 * temperature, then {@code minP}, {@code topK} and {@code topP} on what is left.
 *
 * @param temperature 0: greedy, the lowest id wins a tie
 * @param topP share of probability that the kept tokens must reach, in (0, 1]; 1: off
 * @param topK how many of the likeliest tokens are kept; 0: off
 * @param minP tokens less likely than this share of the likeliest are dropped, in [0, 1]
 * @param presencePenalty subtracted once from every token already generated, in [-2, 2]
 * @param frequencyPenalty subtracted for each time that a token was generated, in [-2, 2]
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens of the prompt
 *     or the output; 1: off
 * @param seed the same seed, prompt and parameters draw the same tokens whatever else is running;
 *     null: chosen at random
 * @param logitBias added to the logits of these token ids
 * @param logprobs whether the log-probability of each token is reported, from the model's own
 *     distribution before any of the above
 * @param topLogprobs how many of the likeliest tokens are reported with it, 0 to 20
 */
public record SamplingParams(
    float temperature,
    float topP,
    int topK,
    float minP,
    float presencePenalty,
    float frequencyPenalty,
    float repetitionPenalty,
    Long seed,
    Map<Integer, Float> logitBias,
    boolean logprobs,
    int topLogprobs) {

  /** Most alternatives that can be asked for. */
  public static final int MAX_TOP_LOGPROBS = 20;

  /** Most entries of a logit bias. */
  public static final int MAX_LOGIT_BIAS = 1024;

  /** Always the likeliest token. */
  public static final SamplingParams GREEDY =
      new SamplingParams(0, 1, 0, 0, 0, 0, 1, null, Map.of(), false, 0);

  /** Copies the bias. */
  public SamplingParams {
    logitBias = Map.copyOf(logitBias);
  }

  boolean greedy() {
    return temperature == 0;
  }

  boolean penalizes() {
    return presencePenalty != 0 || frequencyPenalty != 0 || repetitionPenalty != 1;
  }

  /** Throws {@link AdmissionException} naming the first field out of range. */
  void check(int vocabulary) {
    range("temperature", temperature, 0, 100);
    range("top_p", topP, Float.MIN_VALUE, 1);
    range("min_p", minP, 0, 1);
    range("presence_penalty", presencePenalty, -2, 2);
    range("frequency_penalty", frequencyPenalty, -2, 2);
    range("repetition_penalty", repetitionPenalty, Float.MIN_VALUE, 100);
    range("top_k", topK, 0, Integer.MAX_VALUE);
    range("top_logprobs", topLogprobs, 0, MAX_TOP_LOGPROBS);
    if (logitBias.size() > MAX_LOGIT_BIAS) {
      throw AdmissionException.invalid(
          "logit_bias has %d entries, at most %d are allowed"
              .formatted(logitBias.size(), MAX_LOGIT_BIAS));
    }
    logitBias.forEach(
        (id, bias) -> {
          range("logit_bias of token " + id, bias, -1000, 1000);
          if (id < 0 || id >= vocabulary) {
            throw AdmissionException.invalid(
                "logit_bias names token %d, the vocabulary has %d".formatted(id, vocabulary));
          }
        });
  }

  private static void range(String field, float value, float low, float high) {
    if (!(value >= low && value <= high)) {
      throw AdmissionException.invalid(
          "%s is %s, it must be between %s and %s".formatted(field, value, low, high));
    }
  }
}
