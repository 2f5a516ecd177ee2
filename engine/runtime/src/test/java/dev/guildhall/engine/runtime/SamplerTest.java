package dev.guildhall.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final float[] LOGITS = logs(0.5, 0.25, 0.15, 0.1);

  private static float[] logs(double... shares) {
    float[] logits = new float[shares.length];
    for (int i = 0; i < shares.length; i++) {
      logits[i] = (float) Math.log(shares[i]);
    }
    return logits;
  }

  private static SamplingParams params(float temperature, float topP, int topK, float minP) {
    return new SamplingParams(temperature, topP, topK, minP, 0, 0, 1, null, Map.of(), false, 0);
  }

  /** Share of each token over many draws. */
  private static Map<Integer, Double> shares(SamplingParams params) {
    Map<Integer, Double> shares = new TreeMap<>();
    Sampler sampler = new Sampler(params, 42);
    int draws = 20_000;
    for (int i = 0; i < draws; i++) {
      int id = sampler.draw(LOGITS.clone(), new TokenHistory(new int[0]), i);
      shares.merge(id, 1.0 / draws, Double::sum);
    }
    return shares;
  }

  @Test
  void plainSamplingFollowsTheDistribution() {
    Map<Integer, Double> shares = shares(params(1, 1, 0, 0));
    assertThat(shares.get(0)).isCloseTo(0.5, within(0.02));
    assertThat(shares.get(1)).isCloseTo(0.25, within(0.02));
    assertThat(shares.get(2)).isCloseTo(0.15, within(0.02));
    assertThat(shares.get(3)).isCloseTo(0.1, within(0.02));
  }

  @Test
  void temperatureSharpens() {
    // Halving the temperature squares the odds: 25, 6.25, 2.25 and 1 parts.
    assertThat(shares(params(0.5f, 1, 0, 0)).get(0)).isCloseTo(25 / 34.5, within(0.02));
  }

  @Test
  void topKKeepsTheLikeliest() {
    assertThat(shares(params(1, 1, 2, 0)).keySet()).containsExactly(0, 1);
  }

  @Test
  void topPKeepsTheShortestListThatReachesTheShare() {
    assertThat(shares(params(1, 0.7f, 0, 0)).keySet()).containsExactly(0, 1);
    assertThat(shares(params(1, 0.76f, 0, 0)).keySet()).containsExactly(0, 1, 2);
    assertThat(shares(params(1, 0.01f, 0, 0)).keySet()).containsExactly(0);
  }

  @Test
  void topPAppliesToWhatTopKLeft() {
    // Of the two kept, the first has two thirds.
    assertThat(shares(params(1, 0.6f, 2, 0)).keySet()).containsExactly(0);
  }

  @Test
  void minPIsRelativeToTheLikeliest() {
    assertThat(shares(params(1, 1, 0, 0.4f)).keySet()).containsExactly(0, 1);
  }

  @Test
  void penaltiesAndBias() {
    TokenHistory history = new TokenHistory(new int[] {0});
    history.add(1);
    history.add(1);
    float[] logits = {2, 2, -2, 1};
    history.penalize(
        logits, new SamplingParams(0, 1, 0, 0, 0.5f, 0.25f, 2, null, Map.of(), false, 0));
    assertThat(logits).containsExactly(1, 1 - 0.5f - 2 * 0.25f, -2, 1);
    SamplingParams biased = new SamplingParams(0, 1, 0, 0, 0, 0, 1, null, Map.of(3, 5f), false, 0);
    assertThat(new Sampler(biased, 0).draw(LOGITS.clone(), history, 0)).isEqualTo(3);
  }

  @Test
  void logprobsAreThoseOfTheModel() {
    SampledToken token = new Logprobs(LOGITS, 0, 4).describe(2, 2);
    assertThat(Math.exp(token.logprob())).isCloseTo(0.15, within(1e-6));
    assertThat(token.top()).extracting(SampledToken.Alternative::id).containsExactly(0, 1);
  }

  @Test
  void timeIsSplitWithoutRemainder() {
    assertThat(TimeShares.split(10, new int[] {1, 1, 1})).containsExactly(3, 3, 4);
    assertThat(TimeShares.split(1, new int[] {5, 1, 1})).containsExactly(0, 0, 1);
  }
}
