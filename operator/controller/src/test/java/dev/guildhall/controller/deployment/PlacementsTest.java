package dev.guildhall.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementsTest {

  @Test
  void aRoleIsReadyInTheVersionThatItAsksForNow() {
    var facts = new Facts();
    facts.roles(List.of(role("new", 2, 2), role("old", 2, 1)));

    assertThat(facts.isReady("new")).isTrue();
    assertThat(facts.isReady("old")).as("ready before it asked for another version").isFalse();
    assertThat(facts.isReady("missing")).isFalse();
  }

  /** Nothing that it would need is there: it must not come so far. */
  @Test
  void copiesDoNotComeWhileGroupsOfAnEarlierVersionAreReplaced() {
    var facts = new Facts();
    facts.roles(List.of(role("old", 2, 1)));

    assertThat(new Placements(null, null, null, null).raise(null, facts, "old", 4, null)).isFalse();
  }

  private static ServingRole role(String name, int generation, int observed) {
    return Serialization.unmarshal(
        """
        metadata: {name: m-%s, generation: %d}
        spec: {deployment: m, role: %s, groups: 1}
        status: {conditions: [{type: Ready, status: "True", observedGeneration: %d}]}
        """
            .formatted(name, generation, name, observed),
        ServingRole.class);
  }
}
