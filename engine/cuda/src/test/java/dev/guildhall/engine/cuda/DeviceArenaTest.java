package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.model.Weights;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a plan counts is what is taken. */
class DeviceArenaTest {

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  private static MemoryPlan plan(BitSet experts) {
    Path folder = StandIn.ROOT.resolve("engine/goldens/moe-fp8-blocks");
    try (Weights weights = Weights.open(folder)) {
      List<BitSet> held =
          experts == null
              ? null
              : IntStream.range(0, weights.config().layers()).mapToObj(l -> experts).toList();
      return MemoryPlan.of(
          weights,
          new BackendOptions(64, 16, held),
          AttentionForm.PORTABLE,
          64,
          m -> m.floats(100, "something"));
    }
  }

  @Test
  void buffersLieBehindEachOtherAndNoFurther() {
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device)) {
      long bytes =
          DeviceArena.measure(
              m -> {
                m.floats(3, "a");
                m.allocate(257, "b");
              });
      assertThat(bytes).isEqualTo(256 + 512);
      DeviceArena arena = new DeviceArena(memory, bytes, "the test");
      Buffer first = arena.floats(3, "a");
      Buffer second = arena.allocate(257, "b");
      assertThat(second.address() - first.address()).isEqualTo(256);
      memory.put(second, new int[] {7});
      assertThat(memory.ints(second, 1)).containsExactly(7);
      assertThatThrownBy(() -> arena.allocate(1, "c"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the test: 1 bytes for c do not fit behind 768 of 768");
    }
  }

  /** The golden's own arithmetic: 64 tokens of 3 layers; a step's 100 floats, rounded up. */
  @Test
  void aPlanCountsWeightsOfHeldExpertsOnly() {
    MemoryPlan all = plan(null);
    BitSet two = new BitSet();
    two.set(1, 3);
    MemoryPlan some = plan(two);
    assertThat(some.weights()).isEqualTo(all.weights());
    assertThat(some.experts()).isBetween(1L, all.experts() / 2);
    assertThat(some.cache()).isEqualTo(all.cache());
    assertThat(all.workspace()).isEqualTo(512);
  }

  @Test
  void whatDoesNotFitIsRefusedWithItsParts() {
    MemoryPlan plan = new MemoryPlan(1_000_000, 2_000_000, 2_000, 100);
    plan.check(3_002_100, "the device");
    assertThatThrownBy(() -> plan.check(3_002_099, "the device"))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("needs 3,002,100 bytes on the device, 3,002,099 are free")
        .hasMessageContaining("2,000 for the cache");
  }
}
