package dev.guildhall.engine.cuda.hopper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Grids and workspace of a decode step. */
class MlaPlanTest {

  @Test
  void everyMultiprocessorGetsOneBlock() {
    assertThat(MlaPlan.of(132, 64, 128, 1)).isEqualTo(new MlaPlan(64, 128, 66));
    assertThat(MlaPlan.of(132, 64, 16, 1)).isEqualTo(new MlaPlan(64, 16, 132));
    assertThat(MlaPlan.of(132, 64, 16, 2).rowBlocks()).isEqualTo(1);
    assertThat(MlaPlan.of(4, 1, 2048, 1).shares()).isEqualTo(1);
  }

  @Test
  void partsHaveRoomForEveryShareAndSequence() {
    MlaPlan plan = new MlaPlan(3, 16, 5);
    assertThat(plan.partialRows()).isEqualTo(7 * 16);
    assertThat(plan.partialFloats()).isEqualTo(7L * 16 * 512);
    assertThat(plan.planInts()).isEqualTo(9);
  }

  @Test
  void aBlockFitsInSharedMemory() {
    assertThat(MlaPlan.sharedBytes()).isLessThanOrEqualTo(227 << 10);
  }

  @Test
  void aBatchBeyondTheKernelsThreadsIsRefused() {
    assertThatThrownBy(() -> new MlaPlan(1025, 16, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1025 sequences");
  }
}
