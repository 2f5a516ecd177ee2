package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Keeps the stand-in and the kernels' tests honest: a kernel with a planted bug must not pass. Each
 * row replaces one piece of a source and says what is then expected to be said.
 */
@Tag("standin")
class MutationTest {
  private static final Path SOURCES = StandIn.ROOT.resolve("engine/cuda/src/main/cuda");
  @TempDir Path folder;

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @AfterEach
  void inOrderAgain() {
    StandIn.set("seed", 0);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          missing barrier after loading | linear.cuh | `__syncthreads();\\n    const int end` | `const int end` | shared memory
          missing barrier before reloading | linear.cuh | `    }\\n    __syncthreads();\\n  }` | `    }\\n  }` | race
          rows not bounded | linear.cuh | `if (r >= rows ||` | `if (` | outside every allocation
          columns off by one | linear.cuh | `o >= outs` | `o > outs` | NaN
          depth not bounded | linear.cuh | `min(kLinearDepth, depth - k0)` | `min(kLinearDepth, depth - k0 - 1)` | [0][0]
          missing barrier in a sum | rows.cuh | `__syncthreads();\\n  float sum = 0;` | `float sum = 0;` | shared memory
          dropped scale | rows.cu | `x[i] * scale * a.weight[i]` | `x[i] * (scale - scale + 1.f) * a.weight[i]` | value
          equals not bounded | sample.cu | `+ cut.weight * min(ties, cut.ties);` | `+ cut.weight * ties;` | expected
          missing barrier before a digit | sample.cu | `    __syncthreads();\\n    const Weight prefix` | `    const Weight prefix` | shared memory
          first weight off by one | sample.cu | `place < begin` | `place <= begin` | never written
          a lane that takes no part | rows.cuh | `__shfl_xor_sync(kAllLanes, v, step)` | `__shfl_xor_sync(0xffffu, v, step)` | lane
          """)
  void isCaught(String bug, String file, String from, String to, String words) throws IOException {
    for (String source :
        new String[] {
          "device.cuh", "linear.cuh", "rows.cuh", "linear.cu", "rows.cu", "sample.cu"
        }) {
      Files.copy(SOURCES.resolve(source), folder.resolve(source));
    }
    String before = Files.readString(folder.resolve(file));
    String piece = from.replace("\\n", "\n");
    assertThat(before).contains(piece);
    Files.writeString(folder.resolve(file), before.replace(piece, to.replace("\\n", "\n")));
    Path image = StandIn.kernels(folder).resolve("kernels.so");
    assertThat(found(image)).as(bug).contains(words);
  }

  /** What the first check that does not pass says; empty if all pass. */
  private static String found(Path image) throws IOException {
    try (KernelChecks checks = new KernelChecks(Files.readAllBytes(image))) {
      StandIn.set("seed", 1);
      checks.linear(1, 1, 1);
      checks.linear(33, 65, 70);
      checks.norm(3, 257);
      checks.draws(3, 1);
      checks.draws(3001, 1);
      return "";
    } catch (CudaException | AssertionError e) {
      return e.getMessage();
    }
  }
}
