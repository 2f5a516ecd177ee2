package dev.guildhall.engine.cuda.hopper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The choice of a tile on an H100, at DeepSeek-V3's shapes. */
class GemmTileTest {

  @ParameterizedTest
  @EnumSource(GemmTile.class)
  void everyTileFitsInSharedMemoryAndADescriptorsBox(GemmTile tile) {
    assertThat(tile.sharedBytes()).isLessThanOrEqualTo(227 << 10);
    assertThat(tile.tokens()).isLessThanOrEqualTo(256);
    assertThat(tile.weights()).isLessThanOrEqualTo(256);
    assertThat(tile.kernel()).matches("grouped_gemm_(bf16|e4m3)_\\d+x\\d+");
  }

  @ParameterizedTest
  @CsvSource({
    // fp8, groups, rows, n, k, tile
    "false, 1, 8192, 4096, 7168, BF16_256X192",
    "false, 32, 8, 4096, 7168, BF16_16X128",
    "false, 32, 1, 7168, 2048, BF16_16X128",
    "true, 8, 4096, 4096, 7168, E4M3_256X128",
    "true, 32, 16, 4096, 7168, E4M3_16X128",
  })
  void manyTokensTakeLargeTilesAndFewTakeSwappedOnes(
      boolean fp8, int groups, int rows, int n, int k, GemmTile expected) {
    assertThat(GemmTile.choose(Device.H100, fp8, groups, rows, n, k)).isEqualTo(expected);
  }

  @Test
  void aDecodeStepIsPredictedAtMemorySpeed() {
    double seconds = GemmTile.E4M3_16X128.seconds(Device.H100, 32, 8, 4096, 7168);
    assertThat(seconds).isEqualTo(32.0 * 4096 * 7168 / 3.35e12);
  }

  @Test
  void noTileIsPredictedAboveTheTensorCoresPeak() {
    for (GemmTile tile : GemmTile.values()) {
      double flop = 2.0 * 8 * 4096 * 4096 * 7168;
      double peak = 132 * 1.6e9 * (tile.fp8() ? 8192 : 4096);
      assertThat(flop / tile.seconds(Device.H100, 8, 4096, 4096, 7168)).isLessThanOrEqualTo(peak);
    }
  }
}
