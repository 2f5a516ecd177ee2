package dev.guildhall.controller.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventsTest {

  @Test
  void namesAreDnsSubdomainsAndDifferByInstant() {
    Instant at = Instant.parse("2026-11-25T01:02:03.000000004Z");
    String name = Events.name("small-v3", at);
    assertThat(name).matches("small-v3\\.[0-9a-f]+");
    assertThat(Events.name("small-v3", at.plusNanos(1))).isNotEqualTo(name);
  }
}
