package dev.guildhall.engine.model.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ComparisonTest {

  @Test
  void aTensorIsMeasuredAgainstItsLargestExpectedValue() {
    float[] expected = {-10, 1};
    CheckResult close = Comparison.tensor("t", new float[] {-10, 1.001f}, expected);
    assertThat(close.difference()).isCloseTo(1e-4, within(1e-7));
    assertThat(close.holds()).isTrue();
    assertThat(Comparison.tensor("t", new float[] {-10, 1.01f}, expected).holds()).isFalse();
  }

  @Test
  void whatIsNotComparableDoesNotHold() {
    assertThat(Comparison.tensor("t", new float[] {1}, new float[] {1, 2}).holds()).isFalse();
    assertThat(Comparison.tensor("t", new float[] {Float.NaN}, new float[] {1}).holds()).isFalse();
    assertThat(Comparison.tensor("t", new float[] {0}, new float[] {0}).holds()).isTrue();
    assertThat(Comparison.loss("l", Double.NaN, 1, "").holds()).isFalse();
  }

  @Test
  void countsDifferentIntegersAndShowsTheFirst() {
    CheckResult result = Comparison.equal("e", new int[] {1, 2, 9}, new int[] {1, 3, 4});
    assertThat(result.difference()).isEqualTo(2);
    assertThat(result.note()).isEqualTo("first at 1: 2, not 3");
    assertThat(Comparison.equal("e", new int[] {1}, new int[] {1, 2}).holds()).isFalse();
  }

  @Test
  void lossesAreNatsOfTheShiftedTokens() {
    float[] logits = {0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0};
    double sure = Math.log(1 + 3 * Math.exp(-9));
    assertThat(Logits.loss(logits, new int[] {1, 3, 0}, 1))
        .isCloseTo(Math.log(4) + sure, within(1e-6));
    assertThat(Logits.margin(new float[] {1, 5, 3}, 0, 3)).isEqualTo(2);
  }
}
