package dev.guildhall.planner.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.planner.rollout.CanaryVerdict.Fail;
import dev.guildhall.planner.rollout.CanaryVerdict.Hold;
import dev.guildhall.planner.rollout.CanaryVerdict.Promote;
import dev.guildhall.planner.rollout.CanaryVerdict.Shift;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CanaryJudgeTest {
  private static final CanaryRules RULES =
      new CanaryRules(List.of(5, 50), Duration.ofSeconds(60), 20, 0.05, 0.25, 0);
  private static final Lane GOOD = lane(100, 0, 0.2);

  private static Lane lane(long calls, long failures, double seconds) {
    var sample = new Sample(calls, seconds, seconds / 2);
    return new Lane(calls, failures, sample, sample);
  }

  private static CanaryState at(int weight, Lane canary) {
    return new CanaryState(
        RULES, weight, true, true, Duration.ofSeconds(60), canary, GOOD, OptionalDouble.empty());
  }

  private static CanaryState with(CanaryRules rules, OptionalDouble agreement) {
    return new CanaryState(rules, 0, true, true, Duration.ZERO, Lane.NONE, Lane.NONE, agreement);
  }

  @Test
  void aGroupThatServesGetsTheFirstShareThenTheNextThenAll() {
    assertThat(CanaryJudge.judge(at(0, Lane.NONE))).isEqualTo(new Shift(5, "5 % of the requests"));
    assertThat(CanaryJudge.judge(at(5, GOOD))).isInstanceOf(Shift.class);
    assertThat(CanaryJudge.judge(at(50, GOOD))).isInstanceOf(Promote.class);
  }

  @Test
  void theStepsAreCounted() {
    assertThat(List.of(at(0, GOOD).step(), at(5, GOOD).step(), at(50, GOOD).step()))
        .containsExactly("0/2", "1/2", "2/2");
  }

  @Test
  void withoutReadinessMetricsTimeOrRequestsNothingChanges() {
    var good = at(5, GOOD);
    assertThat(
            List.of(
                new CanaryState(
                    RULES, 5, false, true, good.held(), GOOD, GOOD, OptionalDouble.empty()),
                new CanaryState(
                    RULES, 5, true, false, good.held(), GOOD, GOOD, OptionalDouble.empty()),
                new CanaryState(
                    RULES,
                    5,
                    true,
                    true,
                    Duration.ofSeconds(59),
                    GOOD,
                    GOOD,
                    OptionalDouble.empty()),
                at(5, lane(19, 0, 0.2)),
                new CanaryState(
                    RULES,
                    5,
                    true,
                    true,
                    good.held(),
                    GOOD,
                    lane(19, 0, 0.2),
                    OptionalDouble.empty())))
        .allSatisfy(state -> assertThat(CanaryJudge.judge(state)).isInstanceOf(Hold.class));
  }

  @Test
  void allRequestsLeaveNothingToCompareWith() {
    var all = new CanaryRules(List.of(100), Duration.ZERO, 20, 0.05, 0.25, 0);
    var state =
        new CanaryState(
            all, 100, true, true, Duration.ZERO, GOOD, Lane.NONE, OptionalDouble.empty());
    assertThat(CanaryJudge.judge(state)).isInstanceOf(Promote.class);
  }

  @Test
  void failuresBeyondTheOthersFailIt() {
    assertThat(CanaryJudge.judge(at(5, lane(100, 5, 0.2)))).isInstanceOf(Shift.class);
    assertThat(CanaryJudge.judge(at(5, lane(100, 6, 0.2)))).isInstanceOf(Fail.class);
    var bothSuffer =
        new CanaryState(
            RULES,
            5,
            true,
            true,
            Duration.ofSeconds(60),
            lane(100, 12, 0.2),
            lane(100, 8, 0.2),
            OptionalDouble.empty());
    assertThat(CanaryJudge.judge(bothSuffer)).isInstanceOf(Shift.class);
  }

  @Test
  void tooManyFailuresFailItBeforeTheStepIsOver() {
    assertThat(CanaryJudge.judge(at(5, lane(1, 1, 0.2)))).isInstanceOf(Hold.class);
    assertThat(CanaryJudge.judge(at(5, lane(2, 2, 0.2))).reason())
        .isEqualTo("2 of 2 calls failed, of the version in force 0 of 100; 5.0 % are allowed");
  }

  @Test
  void slownessFailsItWhereItIsNotChance() {
    assertThat(CanaryJudge.judge(at(5, lane(100, 0, 0.26)))).isInstanceOf(Shift.class);
    assertThat(CanaryJudge.judge(at(5, lane(100, 0, 0.4))).reason())
        .isEqualTo(
            "time to first token is 400.0 ms on average, of the version in force 200.0 ms; 250.0 ms are allowed");
    assertThat(CanaryJudge.judge(at(5, lane(20, 0, 0.3))))
        .as("two standard errors of 20 measurements reach further")
        .isInstanceOf(Shift.class);
  }

  @Test
  void otherAnswersFailItWhereAgreementIsAsked() {
    var strict = new CanaryRules(List.of(5), Duration.ZERO, 1, 0.05, 0.25, 0.99);
    assertThat(CanaryJudge.judge(with(strict, OptionalDouble.empty()))).isInstanceOf(Hold.class);
    assertThat(CanaryJudge.judge(with(strict, OptionalDouble.of(0.98)))).isInstanceOf(Fail.class);
    assertThat(CanaryJudge.judge(with(strict, OptionalDouble.of(0.99)))).isInstanceOf(Shift.class);
  }
}
