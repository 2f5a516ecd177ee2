package dev.guildhall.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.crds.Canary;
import dev.guildhall.crds.CanaryPolicy;
import dev.guildhall.crds.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a role's policy comes to. */
class CanaryMapperTest {

  private static Role role(CanaryPolicy policy) {
    return new Role("unified", Role.Kind.Unified, 2, 1, 0, null, null, Role.RollOut.Canary, policy);
  }

  private static CanaryPolicy agreement(Integer percent) {
    return new CanaryPolicy(null, null, null, null, null, percent);
  }

  @Test
  void withoutWordsOneGroupGetsUpToItsShare() {
    var rules = CanaryMapper.rules(role(null), 1);
    assertThat(rules.weightPercents()).containsExactly(5, 25, 50);
    assertThat(CanaryMapper.rules(role(null), 3).weightPercents()).containsExactly(2, 12, 25);
    assertThat(CanaryMapper.rules(role(null), 200).weightPercents()).containsExactly(1, 1, 1);
    assertThat(rules.step()).isEqualTo(Duration.ofMinutes(5));
    assertThat(rules.agreement()).isZero();
  }

  @Test
  void whatIsGivenCounts() {
    var rules = CanaryMapper.rules(role(new CanaryPolicy(List.of(10), 60, 7, 2, 30, 99)), 4);
    assertThat(rules.weightPercents()).containsExactly(10);
    assertThat(rules.step()).isEqualTo(Duration.ofMinutes(1));
    assertThat(rules.leastCalls()).isEqualTo(7);
    assertThat(rules.errorShare()).isEqualTo(0.02);
    assertThat(rules.latencyShare()).isEqualTo(0.3);
    assertThat(rules.agreement()).isEqualTo(0.99);
  }

  @Test
  void fixedPromptsArePutWhileAgreementIsAsked() {
    var canary = new Canary(null, 20, null, null);
    assertThat(CanaryMapper.asAsked(role(agreement(99)), canary).probed()).isTrue();
    assertThat(CanaryMapper.asAsked(role(agreement(0)), canary).probed()).isNull();
    assertThat(CanaryMapper.asAsked(role(null), canary)).isEqualTo(canary);
  }
}
