package dev.guildhall.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PassPaceTest {

  @Test
  void aPassAfterAQuietMomentIsAtOnceAndTheNextOneWaits() {
    var pace = new PassPace();
    var state = pace.initState();

    assertThat(pace.isLimited(state)).isEmpty();
    assertThat(pace.isLimited(state))
        .hasValueSatisfying(
            wait -> assertThat(wait).isPositive().isLessThanOrEqualTo(Duration.ofMillis(200)));
  }
}
