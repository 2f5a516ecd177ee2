package dev.guildhall.engine.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DrawTest {
  /** Half, and a quarter twice, behind a logit that is not looked at. */
  private static final float[] LOGITS = {
    9, (float) Math.log(0.25), (float) Math.log(0.5), (float) Math.log(0.25)
  };

  /** What comes out over the whole range of the random number, from three tokens. */
  private static Set<Integer> drawn(float topP, int topK, float minP) {
    Set<Integer> drawn = new TreeSet<>();
    for (int i = 0; i < 1000; i++) {
      drawn.add(new Draw(1, topP, topK, minP, i / 1000.0).from(LOGITS, 1, 3));
    }
    return drawn;
  }

  @Test
  void tokensLieEndToEndInOrderOfTheirIds() {
    assertThat(new Draw(1, 1, 0, 0, 0).from(LOGITS, 1, 3)).isZero();
    assertThat(new Draw(1, 1, 0, 0, 0.249).from(LOGITS, 1, 3)).isZero();
    assertThat(new Draw(1, 1, 0, 0, 0.251).from(LOGITS, 1, 3)).isEqualTo(1);
    assertThat(new Draw(1, 1, 0, 0, 0.749).from(LOGITS, 1, 3)).isEqualTo(1);
    assertThat(new Draw(1, 1, 0, 0, Math.nextDown(1.0)).from(LOGITS, 1, 3)).isEqualTo(2);
  }

  @Test
  void ofEqualsTheLowerIdIsKept() {
    assertThat(drawn(1, 2, 0)).containsExactly(0, 1);
    assertThat(drawn(0.6f, 0, 0)).containsExactly(0, 1);
    assertThat(drawn(0.49f, 0, 0)).containsExactly(1);
    assertThat(drawn(1, 0, 1)).containsExactly(1);
    assertThat(drawn(1, 0, 0.4f)).containsExactly(0, 1, 2);
  }

  @Test
  void greedyTakesTheLowestIdOfEquals() {
    assertThat(Draw.GREEDY.from(new float[] {1, 3, 3, 2}, 0, 4)).isEqualTo(1);
  }

  @Test
  void anEndlessVocabularyIsRefused() {
    assertThatThrownBy(() -> Draw.GREEDY.from(LOGITS, 0, 1 << 23))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a vocabulary of 8388608");
  }
}
