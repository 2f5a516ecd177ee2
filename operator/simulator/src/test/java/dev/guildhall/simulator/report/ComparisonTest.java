package dev.guildhall.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.planner.scaling.RoleKind;
import dev.guildhall.simulator.Tiny;
import dev.guildhall.simulator.model.Scenario;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Scenario SCENARIO = Tiny.scenario(RoleKind.UNIFIED);

  private static Comparison comparison() {
    return new Comparison(SCENARIO, Tiny.steady(600, 20), 1, line -> {});
  }

  private static Row row(LoadResult result, String policy) {
    return result.rows().stream()
        .filter(row -> row.policy().equals(policy))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aPeerIsTunedForEachLoadAndWithOneSettingForAll() {
    var results = comparison().at(List.of(0.5, 2.0));
    for (String peer : List.of("HPA", "KEDA")) {
      var once = results.stream().map(result -> row(result, peer + ", one setting")).toList();
      assertThat(once).extracting(Row::setting).as("one").containsOnly(once.getFirst().setting());
      assertThat(once).allMatch(Row::holds).allMatch(row -> row.tuning() == Tuning.ALL_LOADS);
    }
    for (LoadResult result : results) {
      var tuned = result.bestPeer(Tuning.EACH_LOAD).orElseThrow();
      var once = result.bestPeer(Tuning.ALL_LOADS).orElseThrow();
      assertThat(tuned.outcome().gpuNanos())
          .as("what may differ from load to load is not dearer")
          .isLessThanOrEqualTo(once.outcome().gpuNanos());
      assertThat(result.saved(tuned))
          .isEqualTo(1 - result.ours().outcome().gpuHours() / tuned.outcome().gpuHours());
    }
    assertThat(Table.of(SCENARIO, results)).contains("saved against", "KEDA, one setting");
    assertThat(Json.of(SCENARIO, results)).contains("tunedForEachLoad", "tunedForAllLoads");
  }

  @Test
  void withOneLoadThereIsOneTuning() {
    var result = comparison().at(List.of(1.0)).getFirst();
    assertThat(result.bestPeer(Tuning.ALL_LOADS)).isEmpty();
    assertThat(result.rows())
        .extracting(Row::policy)
        .containsExactly(
            "Guildhall",
            "HPA on queue length",
            "KEDA on running requests",
            "fixed fleet for the peak");
  }

  @Test
  void aLoadThatMakesNoRequestsIsRefused() {
    assertThatThrownBy(() -> comparison().at(List.of(0.0))).hasMessageContaining("load 0.0 is 0");
  }

  @Test
  void aLoadThatThePoolHasNoRoomForIsRefused() {
    assertThatThrownBy(() -> comparison().at(List.of(40.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has room for 40");
  }
}
