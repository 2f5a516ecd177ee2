package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The products of devices before Hopper, under several orders of threads and of their copies. */
@Tag("standin")
class MmaKernelsTest {
  /** Other data in every run; failures name it. */
  private static final long FRESH = System.nanoTime();

  private static final Path SOURCES = StandIn.ROOT.resolve("engine/cuda/src/main/cuda");
  private static final int SEEDS = 4;

  @TempDir Path folder;

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @BeforeEach
  void beAnL40() {
    StandIn.set("capability", 89);
  }

  @AfterEach
  void inOrderAgain() {
    StandIn.set("seed", 0);
    StandIn.set("capability", 90);
  }

  /** As sm_80 does it: e4m3 becomes BF16 on its way in. */
  @ParameterizedTest
  @EnumSource
  void groupedProductsAgreeWithPlainArithmetic(MmaTile tile) {
    check(KernelImage.read(), tile, FRESH, tile.ordinal());
  }

  /** As sm_89 does it: its tensor cores take e4m3. */
  @ParameterizedTest
  @EnumSource(names = "E4M3_.*", mode = EnumSource.Mode.MATCH_ALL)
  void soTheyDoWhereTensorCoresTakeFp8(MmaTile tile) throws IOException {
    Path image = build("", "", "", "-DGUILDHALL_FP8_MMA=1");
    check(Files.readAllBytes(image), tile, FRESH, tile.ordinal());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          missing barrier before reading | grouped_gemm_mma.cuh | `    __syncthreads();  // the stage` | `    // the stage`
          wait too lax | grouped_gemm_mma.cuh | `cp_async_wait<S::kStages - 2>` | `cp_async_wait<S::kStages - 1>`
          stage filled while it is read | grouped_gemm_mma.cuh | `(a, tile, shared + ahead % S::kStages` | `(a, tile, shared + d % S::kStages`
          missing barrier between tiles | grouped_gemm_mma.cuh | `  __syncthreads();  // the next tile` | `  // the next tile`
          row bound off by one | grouped_gemm_mma.cuh | `pairs, row < tile.rows` | `pairs, row <= tile.rows`
          rows beyond the group are read | grouped_gemm_mma.cuh | `(token ? inside < tile.rows :` | `(token ? inside <= tile.rows :`
          depth not bounded | grouped_gemm_mma.cuh | `column < a.k &&` | `column <= a.k &&`
          rows of a matrix repeated | grouped_gemm_mma.cuh | `i * 16 + lane % 16,` | `i * 16 + lane % 8,`
          fragments swapped | grouped_gemm_mma.cuh | `right(right[j], loaded[0], loaded[1])` | `right(right[j], loaded[1], loaded[0])`
          pairs out of order on one side | mma.cuh | `to.of[step][i] = widen_pair(loaded[step * 2 + i % 2], i / 2)` | `to.of[step][i] = widen_pair(loaded[step * 2 + i % 2], 1 - i / 2)`
          weight scale dropped | grouped_gemm_mma.cuh | `__ldg(of_tokens + upper) * of_weights` | `__ldg(of_tokens + upper)`
          scale of another row | grouped_gemm_mma.cuh | `* scales[r / 2]` | `* scales[0]`
          scales of another depth | grouped_gemm_mma.cuh | `block * depths + d)` | `block * depths)`
          group not added | grouped_gemm_mma.cuh | `(static_cast<size_t>(tile.group) * a.n + tile.first_weight + inside)` | `(static_cast<size_t>(tile.first_weight) + inside)`
          part of another stage kept | grouped_gemm_mma.cuh | `      mma_clear<S>(part);` | `      if (d == 0) mma_clear<S>(part);`
          """)
  void bugsAreCaught(String bug, String file, String from, String to) throws IOException {
    byte[] image = Files.readAllBytes(build(file, from, to));
    boolean caught = false;
    for (int seed = 0; seed < SEEDS && !caught; seed++) {
      caught = fails(image, seed);
    }
    assertThat(caught).as("%s is noticed with one of %d orders", bug, SEEDS).isTrue();
  }

  @Test
  void fewRowsTakeTheSmallTile() {
    assertThat(List.of(MmaTile.choose(true, 1), MmaTile.choose(true, 33)))
        .containsExactly(MmaTile.E4M3_16X128, MmaTile.E4M3_128X128);
    assertThat(List.of(MmaTile.choose(false, 32), MmaTile.choose(false, 4096)))
        .containsExactly(MmaTile.BF16_16X128, MmaTile.BF16_128X128);
  }

  private static boolean fails(byte[] image, int seed) {
    try {
      for (MmaTile tile : MmaTile.values()) {
        check(image, tile, 5, seed);
      }
      return false;
    } catch (CudaException | AssertionError e) {
      return true;
    }
  }

  private static void check(byte[] image, MmaTile tile, long data, int seed) {
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        Kernels kernels = new Kernels(device, image)) {
      StandIn.set("seed", seed);
      new GemmChecks(memory, data).awkward(GemmChecks.Form.of(new MmaGemm(kernels, 3), tile));
    }
  }

  /** The kernel alone, with a piece of a file replaced. */
  private Path build(String file, String from, String to, String... options) throws IOException {
    Path mma = Files.createDirectory(folder.resolve("mma"));
    for (String shared : List.of("device.cuh", "fragments.cuh", "gemm_walk.cuh")) {
      Files.copy(SOURCES.resolve(shared), folder.resolve(shared));
    }
    for (String own : List.of("mma.cuh", "grouped_gemm_mma.cuh", "grouped_gemm_mma.cu")) {
      Files.copy(SOURCES.resolve("mma").resolve(own), mma.resolve(own));
    }
    if (!file.isEmpty()) {
      Path changed = mma.resolve(file);
      String before = Files.readString(changed);
      assertThat(before.split(java.util.regex.Pattern.quote(from), -1))
          .as("%s has the piece once", file)
          .hasSize(2);
      Files.writeString(changed, before.replace(from, to));
      options = new String[] {"-w"};
    }
    return StandIn.kernels(folder, options).resolve("kernels.so");
  }
}
