package dev.guildhall.controller.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups that cannot be whole where they are. */
class StrandedTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  private static Pod bound() {
    return bound(60);
  }

  private static Pod bound(int seconds) {
    return new PodBuilder()
        .withNewSpec()
        .withNodeName("a")
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("True")
        .withLastTransitionTime(NOW.minusSeconds(seconds).toString())
        .endCondition()
        .endStatus()
        .build();
  }

  private static Pod unbound(String reason, int seconds) {
    return new PodBuilder()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("False")
        .withReason(reason)
        .withLastTransitionTime(NOW.minusSeconds(seconds).toString())
        .endCondition()
        .endStatus()
        .build();
  }

  private static GroupState group(Pod... pods) {
    return new GroupState(
        new GroupId("quickstart", "small-v3", "unified", 0), null, List.of(pods), () -> "");
  }

  @Test
  void aRankThatHasFoundNoNodeForLongStrandsTheOthers() {
    assertThat(Stranded.isCertain(group(bound(), unbound("Unschedulable", 10)), NOW)).isTrue();
    assertThat(Stranded.isCertain(group(bound(), unbound("Unschedulable", 9)), NOW)).isFalse();
    assertThat(Stranded.isLikely(group(bound(), unbound("Unschedulable", 9)))).isTrue();
  }

  @Test
  void ranksThatHaveJustFoundANodeAreNotSentAwayBeforeTheLastOneIsSeenThere() {
    var waiting = unbound("Unschedulable", 60);
    assertThat(Stranded.isCertain(group(bound(9), bound(60), waiting), NOW)).isFalse();
    assertThat(Stranded.isCertain(group(bound(10), bound(60), waiting), NOW)).isTrue();
  }

  @Test
  void aGroupThatWaitsAsAWholeOrForItsGatesOrIsWholeIsNot() {
    assertThat(Stranded.isLikely(group(unbound("Unschedulable", 60), unbound("Unschedulable", 60))))
        .isFalse();
    assertThat(Stranded.isLikely(group(bound(), unbound("SchedulingGated", 60)))).isFalse();
    assertThat(Stranded.isLikely(group(bound(), bound()))).isFalse();
  }
}
