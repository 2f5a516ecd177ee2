package dev.guildhall.simulator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoleMeterTest {

  /** 3 of 100 requests are late: too many where 99 % are promised, not where 95 % are. */
  @Test
  void thePercentileIsThePromisedOne() {
    assertThat(reading(0.99).ttftRatio()).isGreaterThan(1);
    assertThat(reading(0.95).ttftRatio()).isLessThan(1);
    assertThat(reading(0.99).tpotRatio()).isGreaterThan(1);
    assertThat(reading(0.95).tpotRatio()).isLessThan(1);
  }

  private static RoleReading reading(double promised) {
    var meter = new RoleMeter(promised);
    for (int i = 0; i < 100; i++) {
      double ratio = i < 97 ? 0.5 : 3;
      meter.firstToken(ratio);
      meter.tokenTime(ratio);
    }
    return meter.read(15);
  }
}
