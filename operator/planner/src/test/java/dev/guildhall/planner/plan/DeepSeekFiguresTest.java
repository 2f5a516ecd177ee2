package dev.guildhall.planner.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The published figures of DeepSeek-V3 (technical report; sums over the published checkpoint's
 * tensors).
 */
class DeepSeekFiguresTest {

  private final ModelShape v3 = Models.v3(1);

  @Test
  void parametersAreThoseOfTheCheckpoint() {
    assertThat(v3.attention().parameters(7168)).isEqualTo(187_107_328);
    assertThat(v3.expertParameters()).isEqualTo(44_040_192);
    assertThat(v3.denseParameters()).isEqualTo(396_361_728);
    assertThat(v3.moeLayerParameters()).isEqualTo(11_507_286_272L);
    assertThat(v3.embeddingParameters()).isEqualTo(2 * 926_679_040L);
    assertThat(v3.moeLayerParameters() + v3.mtpGlueParameters()).isEqualTo(11_610_068_224L);
    assertThat(v3.parameters()).isEqualTo(671_026_419_200L);
    assertThat(v3.activatedParameters())
        .as("published: 37 B")
        .isBetween(36_000_000_000L, 38_000_000_000L);
  }

  @Test
  void latentCacheTakes1152BytesPerTokenAndLayer() {
    assertThat(v3.attention().cachedValues() * Models.fp8().cacheBytes()).isEqualTo(1152);
    assertThat(Planner.cacheBytesPerToken(Models.v3(0), Models.fp8())).isEqualTo(70_272);
  }

  @ParameterizedTest
  @CsvSource({"32, 32, 9, 42.1", "72, 32, 4, 29.3", "144, 32, 2, 24.2"})
  void weightsPerGpuAtPublishedUnits(int ranks, int redundant, int slots, double gigabytes) {
    var layout = new GroupLayout(ranks, redundant, 4096, 4096, 256);
    var nodes = java.util.Collections.nCopies(ranks / 8, 8);
    var plan =
        Planner.plan(
            new PlanRequest(
                "roles[0]",
                Models.v3(0),
                Models.fp8(),
                layout,
                new PoolCapacity(80_000_000_000L, nodes)));
    assertThat(plan.slotsPerRank()).isEqualTo(slots);
    assertThat(plan.nodes()).isEqualTo(ranks / 8);
    assertThat(plan.weights().total() / 1e9).isCloseTo(gigabytes, within(0.05));
  }

  @Test
  void weightsPerGpuAtEp320WhereTheSharedExpertTakesTheOneSlot() {
    var weights = WeightBytes.of(Models.v3(0), Models.fp8(), 0);
    assertThat(weights.total() / 1e9).isCloseTo(19.1, within(0.05));
  }

  @Test
  void smallCheckpointHasTheParametersOfItsFile() {
    var small = Models.small();
    assertThat(small.parameters()).isEqualTo(16_003_616);
    assertThat(small.moeLayerParameters() + small.mtpGlueParameters()).isEqualTo(2_774_496);
  }
}
