package dev.guildhall.planner.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DecodeLoadTest {

  private static final double IDLE = 0.005;

  /** One client's requests go to either group; when samples are taken, one of them has it. */
  @Test
  void aGroupWhoseLastAnswerIsDoneDoesNotMakeTheOthersDearer() {
    var busy = sample("g0", 1);
    var done = sample("g1", 0);

    assertThat(DecodeLoad.of(List.of(busy, done), IDLE))
        .isEqualTo(DecodeLoad.of(List.of(busy), IDLE))
        .isEqualTo(new DecodeLoad(100, IDLE, 0.01 - IDLE, 0.001));
  }

  private static GroupSample sample(String group, double running) {
    return new GroupSample(group, 0, 0, 0, 0.01, 0.001 * running, running, 1);
  }
}
