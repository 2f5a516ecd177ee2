package dev.guildhall.controller.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConditionsTest {

  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATER = FIRST.plusSeconds(60);

  @Test
  void neverReconcilingAndStalledAtOnceAndNeitherWhenReady() {
    assertThat(Conditions.of(Outcome.ready("Serving", "m"), 1L, null, FIRST))
        .extracting(Condition::getType)
        .containsExactly("Ready");
    assertThat(Conditions.of(Outcome.reconciling("R", "m"), 1L, null, FIRST))
        .extracting(Condition::getType)
        .containsExactly("Ready", "Reconciling");
    assertThat(Conditions.of(Outcome.stalled("S", "m"), 1L, null, FIRST))
        .extracting(Condition::getType)
        .containsExactly("Ready", "Stalled");
  }

  @Test
  void transitionTimeMovesOnlyWithTheStatus() {
    var first = Conditions.of(Outcome.reconciling("Starting", "a"), 1L, null, FIRST);
    var same = Conditions.of(Outcome.reconciling("Waiting", "b"), 2L, first, LATER);
    assertThat(same).extracting(Condition::getLastTransitionTime).containsOnly(FIRST.toString());
    assertThat(same).extracting(Condition::getObservedGeneration).containsOnly(2L);
    var ready = Conditions.of(Outcome.ready("Serving", "c"), 2L, same, LATER);
    assertThat(ready).extracting(Condition::getLastTransitionTime).containsOnly(LATER.toString());
    assertThat(Conditions.isReady(ready, 2L)).isTrue();
    assertThat(Conditions.isReady(ready, 3L)).as("of an earlier generation").isFalse();
  }
}
