package dev.guildhall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on the CUDA stand-in, in processes of their own: a driver is loaded once in one. */
class CudaCommandsTest {
  private static final Path ROOT = Path.of(System.getProperty("guildhall.root", "../.."));

  private record Ended(int code, String output) {}

  private static Ended run(List<String> command, Path driver) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (driver != null) {
      builder.environment().put("GUILDHALL_CUDA_DRIVER", driver.toString());
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  private static Ended guildhall(Path driver, List<String> arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Guildhall.class.getName()));
    command.addAll(arguments);
    return run(command, driver);
  }

  private static Ended verify(Path driver, String... goldens) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("verify", "--backend", "cuda"));
    for (String golden : goldens) {
      arguments.add(ROOT.resolve("engine/goldens").resolve(golden).toString());
    }
    return guildhall(driver, arguments);
  }

  @Test
  void theBenchmarkPrintsWhatItMeasuredOnWhat() throws Exception {
    Ended ended = guildhall(standIn(), List.of("bench", "cuda", "--small", "--rounds", "1"));
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output())
        .contains("CUDA stand-in (no GPU), 1 rounds")
        .containsPattern("MLA decode.* GB/s .* % .* of the copy")
        .containsPattern("grouped GEMM FP8.* TFLOP/s .* of the dense peak")
        .contains("these figures mean nothing");
  }

  private static Path standIn() throws Exception {
    Ended build = run(List.of(ROOT.resolve("engine/cuda/standin/build.sh").toString()), null);
    assertThat(build.code()).as(build.output()).isZero();
    return Path.of(build.output().strip().lines().reduce((first, last) -> last).orElseThrow());
  }

  @Test
  void goldensHoldOnTheStandIn() throws Exception {
    Ended ended = verify(standIn(), "moe-basic", "mtp-one");
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output())
        .contains("cuda (CUDA stand-in (no GPU)")
        .contains("mtp.logits_from_post_norm", "greedy.tokens")
        .contains(" 0 broken")
        .doesNotContain("reference,");
  }

  @Test
  void aBackendThatCannotRunIsAFailureIfItWasAskedFor(@TempDir Path empty) throws Exception {
    Ended ended = verify(empty, "moe-basic");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output())
        .contains("guildhall: backend cuda cannot run here: the CUDA driver cannot be loaded")
        .contains("libcuda.so.1");
  }
}
