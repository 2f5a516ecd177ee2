package dev.guildhall.simulator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HorizontalPodAutoscalerTest {

  @Test
  void recommendsTheMetricOverItsTargetRoundedUp() {
    assertThat(HorizontalPodAutoscaler.recommended(45, 10, 3)).isEqualTo(5);
    assertThat(HorizontalPodAutoscaler.recommended(0, 10, 3)).isZero();
  }

  @Test
  void leavesATenthOfToleranceAlone() {
    assertThat(HorizontalPodAutoscaler.recommended(32, 10, 3)).isEqualTo(3);
    assertThat(HorizontalPodAutoscaler.recommended(34, 10, 3)).isEqualTo(4);
  }
}
