package dev.guildhall.cli.bare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script as it runs elsewhere: without a JDK, on the stand-in driver and on none. */
class BareScriptTest {
  private static final Path ROOT =
      Path.of(System.getProperty("guildhall.root", "../..")).toAbsolutePath().normalize();

  private record Result(int code, String out) {}

  @TempDir static Path folder;
  private static Path script;

  @BeforeAll
  static void write() throws Exception {
    script = folder.resolve("guildhall-cuda.sh");
    BareScript.write(script, ROOT);
  }

  private static Result run(Map<String, String> variables, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("TMPDIR", folder.toString());
    builder.environment().putAll(variables);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out);
  }

  @Test
  void checksAndMeasuresWithNothingButADriver() throws Exception {
    Process build =
        new ProcessBuilder(ROOT.resolve("engine/cuda/standin/build.sh").toString())
            .redirectErrorStream(true)
            .start();
    String driver =
        new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .strip()
            .lines()
            .reduce((first, last) -> last)
            .orElseThrow();
    Result result =
        run(
            Map.of("GUILDHALL_CUDA_DRIVER", driver, "GUILDHALL_WITH", "env SEEN=1"),
            "sh",
            script.toString(),
            "--rounds=1",
            "--small");
    assertThat(result.code()).as(result.out()).isZero();
    assertThat(result.out())
        .contains("moe-fp8-blocks on cuda (CUDA stand-in (no GPU)): 11 checks, 0 broken")
        .containsPattern("MLA decode, cache read once +2 × 100 keys, 16 heads");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(script);
    }
  }

  @Test
  void saysWhatIsMissingWhereThereIsNoDriver() throws Exception {
    Result result =
        run(Map.of("GUILDHALL_CUDA_DRIVER", folder.toString()), "sh", script.toString());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("guildhall: the CUDA driver cannot be loaded");
  }

  @Test
  void isSmall() throws IOException {
    assertThat(Files.size(script)).isLessThan(60L << 20);
  }
}
