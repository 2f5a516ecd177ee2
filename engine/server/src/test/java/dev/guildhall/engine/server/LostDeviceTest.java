package dev.guildhall.engine.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A rank whose device fails ends, so that another takes its place; on the CUDA stand-in. */
class LostDeviceTest {
  private static final Path ROOT =
      Path.of(System.getProperty("guildhall.root", "../..")).toAbsolutePath().normalize();

  private static Process start(List<String> command, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void theProcessEndsAndNamesDeviceAndKernel() throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            RankServer.class.getName());
    Process rank =
        start(
            command,
            Map.of(
                "GUILDHALL_BACKEND", "cuda",
                "GUILDHALL_CUDA_DRIVER", CudaStandIn.folder().toString(),
                // Loading takes a kernel per tensor; the warm-up comes after.
                "GUILDHALL_STANDIN_FAIL", "760",
                "GUILDHALL_MODEL_DIR", ROOT.resolve("manifests/samples/models/small-v3").toString(),
                "GUILDHALL_MODEL_NAME", "small-v3",
                "GUILDHALL_GROUP", "alone",
                "GUILDHALL_RANK", "0",
                "GUILDHALL_RANKS", "1",
                "GUILDHALL_GRPC_PORT", "0",
                "GUILDHALL_HTTP_PORT", "0"));
    try {
      String log = output(rank);
      assertThat(rank.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(log)
          .contains("\"event\":\"rank started\"")
          .contains("\"event\":\"lost\"")
          .contains("CUDA stand-in (no GPU) is lost, its process must be restarted")
          .containsPattern("CUDA_ERROR_LAUNCH_FAILED.*kernel \\w+")
          .doesNotContain("draining");
      assertThat(rank.exitValue()).as(log).isEqualTo(3);
    } finally {
      rank.destroyForcibly();
    }
  }
}
