package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.guildhall.engine.backend.Grouping;
import dev.guildhall.engine.model.ModelConfig;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final float[] SCORES = {.9f, .15f, .8f, .2f, .7f, .6f, .5f, .4f};

  @Test
  void groupsAreMaskedOutEvenWhenEveryBiasedScoreIsNegative() {
    float[] bias = {-1, -1, -1, -1, -1, -1, -1, -1};
    Router.Choice choice =
        new Router(config(8, 2, 4, 2, true, 2.5), bias).choose(logits(SCORES), 1);
    assertThat(choice.experts()).containsExactly(0, 4);
    assertThat(choice.weights()[0]).isCloseTo(1.40625f, within(1e-5f));
    assertThat(choice.weights()[1]).isCloseTo(1.09375f, within(1e-5f));
  }

  @Test
  void theBiasCountsInTheChoiceOnly() {
    float[] bias = {-5, 0, 0, 0, 0, 0, 0, 5};
    Router.Choice choice = new Router(config(8, 2, 1, 1, false, 1), bias).choose(logits(SCORES), 1);
    assertThat(choice.experts()).containsExactly(2, 7);
    assertThat(choice.weights()[0]).isCloseTo(.8f, within(1e-6f));
    assertThat(choice.weights()[1]).isCloseTo(.4f, within(1e-6f));
  }

  @Test
  void theLowestIndexWinsATie() {
    float[] equal = new float[16];
    Router.Choice choice = new Router(config(8, 3, 4, 2, true, 1), new float[8]).choose(equal, 2);
    assertThat(choice.experts()).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(choice.weights()).containsOnly(choice.weights()[0]);
  }

  @Test
  void groupingListsRowsByAscendingExpert() {
    Grouping grouping = Grouping.of(new int[] {2, 5, 0, 2, 0, 5}, 3, 8);
    assertThat(grouping.experts()).containsExactly(0, 2, 5);
    assertThat(grouping.rowCounts()).containsExactly(2, 2, 2);
    assertThat(grouping.rows()).containsExactly(1, 2, 0, 1, 0, 2);
    assertThat(grouping.slots()).containsExactly(2, 4, 0, 3, 1, 5);
  }

  private static float[] logits(float[] scores) {
    float[] logits = new float[scores.length];
    for (int i = 0; i < scores.length; i++) {
      logits[i] = (float) Math.log(scores[i] / (1 - scores[i]));
    }
    return logits;
  }

  private static ModelConfig config(
      int experts, int chosen, int groups, int kept, boolean normalize, double scale) {
    return new ModelConfig(
        320,
        64,
        3,
        1,
        160,
        48,
        experts,
        chosen,
        1,
        groups,
        kept,
        scale,
        normalize,
        4,
        48,
        32,
        16,
        8,
        24,
        1e-6,
        10000,
        Optional.empty(),
        512,
        0,
        0,
        List.of(1),
        Optional.empty());
  }
}
