package dev.guildhall.engine.model.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.guildhall.engine.model.ModelConfig;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final double[] SCORES = {.9, .15, .8, .2, .7, .6, .5, .4};

  private static ModelConfig config(boolean normalize) {
    return new ModelConfig(
        16,
        8,
        1,
        0,
        8,
        8,
        8,
        2,
        1,
        4,
        2,
        2.5,
        normalize,
        1,
        0,
        4,
        4,
        2,
        4,
        1e-6,
        1e4,
        Optional.empty(),
        64,
        0,
        -1,
        List.of(),
        Optional.empty());
  }

  private static float[] bias(float all) {
    float[] bias = new float[8];
    java.util.Arrays.fill(bias, all);
    return bias;
  }

  /** Specification sheet §2.2: groups {2, 0} are kept; masking with 0 would give {2, 3}. */
  @Test
  void choosesAsTheSpecificationsExample() {
    Router.Choice choice = Router.choose(config(true), SCORES, bias(-1));
    assertThat(choice.experts()).containsExactly(0, 4);
    assertThat(choice.weights()).containsExactly(new float[] {1.40625f, 1.09375f}, within(1e-6f));
  }

  @Test
  void theBiasChoosesButDoesNotWeigh() {
    float[] bias = bias(0);
    bias[6] = 5;
    bias[7] = 5;
    Router.Choice choice = Router.choose(config(true), SCORES, bias);
    assertThat(choice.experts()).containsExactly(6, 7);
    assertThat(choice.weights()[0]).isCloseTo((float) (.5 / .9 * 2.5), within(1e-6f));
  }

  @Test
  void aGroupCountsAsTheSumOfItsTwoBest() {
    // Group 0 has the best expert, groups 1 and 2 the best sums.
    double[] scores = {.99, .01, .6, .6, .55, .55, .1, .1};
    assertThat(Router.choose(config(true), scores, bias(0)).experts()).containsExactly(2, 3);
  }

  @Test
  void equalScoresGoToTheLowerId() {
    double[] scores = {.5, .5, .5, .5, .5, .5, .5, .5};
    assertThat(Router.choose(config(true), scores, bias(0)).experts()).containsExactly(0, 1);
  }

  @Test
  void keepsScoresWithoutNormalisation() {
    Router.Choice choice = Router.choose(config(false), SCORES, bias(0));
    assertThat(choice.weights()).containsExactly(new float[] {2.25f, 1.75f}, within(1e-6f));
  }
}
