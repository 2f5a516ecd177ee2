package dev.guildhall.planner.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

  /** The same client, seen over a time in which either group had it for half of it. */
  @Test
  void oneClientCostsTheSameWhicheverGroupsItsAnswersRanIn() {
    var halves = DecodeLoad.of(List.of(sample("g0", 0.5), sample("g1", 0.5)), IDLE);

    assertThat(halves.groupsByTime(0.018))
        .isCloseTo(DecodeLoad.of(List.of(sample("g0", 1)), IDLE).groupsByTime(0.018), within(1e-9));
  }

  @Test
  void answersBesideEachOtherShareWhatTheyAddToTheStep() {
    var load = DecodeLoad.of(List.of(sample("g0", 5), sample("g1", 5)), IDLE);

    assertThat(load.answerSeconds()).isCloseTo(0.001, within(1e-12));
    assertThat(load.tokensPerSecond()).isCloseTo(1000, within(1e-9));
  }

  private static GroupSample sample(String group, double running) {
    return new GroupSample(group, 0, 0, 0, 0.01, 0.001 * running, running, 1);
  }
}
