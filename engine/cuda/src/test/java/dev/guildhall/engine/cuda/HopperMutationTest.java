package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.cuda.hopper.GemmTile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link MutationTest}, for Hopper's kernels: barriers, phases, fragments, bounds, scales. */
@Tag("standin")
class HopperMutationTest {
  private static final Path SOURCES = StandIn.ROOT.resolve("engine/cuda/src/main/cuda");
  private static final int SEEDS = 4;

  /** Both operand sides, both formats, one and two blocks of rows per warpgroup. */
  private static final List<GemmTile> TILES =
      List.of(
          GemmTile.BF16_256X192, GemmTile.E4M3_128X128, GemmTile.BF16_16X128, GemmTile.E4M3_16X128);

  @TempDir Path folder;

  /** Which kernel a bug is in. */
  enum Kernel {
    GEMM("grouped_gemm.cu"),
    MLA("mla_decode.cu"),
    PREFILL("mla_prefill.cu");

    private final String file;

    Kernel(String file) {
      this.file = file;
    }
  }

  /** A bug: in {@code file}, {@code from} becomes {@code to}. */
  record Bug(String name, String file, String from, String to, Kernel kernel) {
    static Bug of(String line) {
      String[] fields = line.split("\t", -1);
      return new Bug(
          fields[0],
          fields[1],
          fields[2].replace("\\n", "\n"),
          fields[3].replace("\\n", "\n"),
          Kernel.valueOf(fields[4].toUpperCase(java.util.Locale.ROOT)));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bug> bugs() throws IOException {
    try (var in = HopperMutationTest.class.getResourceAsStream("hopper-mutations.tsv")) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Bug::of);
    }
  }

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @AfterEach
  void inOrderAgain() {
    StandIn.set("seed", 0);
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void isCaught(Bug bug) throws IOException {
    Path image = build(bug);
    boolean caught = false;
    for (int seed = 0; seed < SEEDS && !caught; seed++) {
      StandIn.set("seed", seed);
      caught = fails(image, bug.kernel());
    }
    assertThat(caught).as("%s is noticed with one of %d orders", bug.name(), SEEDS).isTrue();
  }

  /** Only what the bug's kernel needs is compiled. */
  private Path build(Bug bug) throws IOException {
    Path hopper = Files.createDirectory(folder.resolve("hopper"));
    for (String shared : List.of("device.cuh", "fragments.cuh", "gemm_walk.cuh")) {
      Files.copy(SOURCES.resolve(shared), folder.resolve(shared));
    }
    String kernel = bug.kernel().file;
    try (Stream<Path> files = Files.list(SOURCES.resolve("hopper"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".cuh") || name.equals(kernel)) {
          Files.copy(file, hopper.resolve(name));
        }
      }
    }
    Path file = hopper.resolve(bug.file());
    String before = Files.readString(file);
    assertThat(before.split(java.util.regex.Pattern.quote(bug.from()), -1))
        .as("%s has the piece once", bug.file())
        .hasSize(2);
    Files.writeString(file, before.replace(bug.from(), bug.to()));
    return StandIn.kernels(folder, "-w").resolve("kernels.so");
  }

  private static boolean fails(Path image, Kernel kernel) throws IOException {
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        Kernels kernels = new Kernels(device, Files.readAllBytes(image))) {
      switch (kernel) {
        case MLA -> new MlaChecks(memory, kernels, 5).awkward();
        case PREFILL -> new PrefillChecks(memory, kernels, 5).awkward();
        default -> {
          for (GemmTile tile : TILES) {
            new GemmChecks(memory, 5).awkward(GemmChecks.Form.of(GroupedGemm.of(kernels, 3), tile));
          }
        }
      }
      return false;
    } catch (CudaException | AssertionError e) {
      return true;
    }
  }
}
