package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guildhall.cli.up.StandInImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rank pods of {@code backend: cuda} on the cluster, on a CUDA driver that needs no GPU. The pool
 * calls itself H100 meanwhile, since the operator does not put CUDA on simulated GPUs.
 */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class CudaStandInTest {
  private static final String KEY = "sk-standin-0123456789abcdef0123456789";
  private static final String PROMPT = "Call me Ishmael. Some years ago";
  @TempDir static Path folder;

  @BeforeAll
  static void deploy() throws IOException {
    profile("H100");
    String manifest;
    try (var in = CudaStandInTest.class.getResourceAsStream("/standin.yaml")) {
      manifest = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Path file = folder.resolve("standin.yaml");
    Files.writeString(file, manifest.replace("ENGINE", StandInImage.deliver()));
    Shell.kubectl("apply", "-f", file.toString()).orFail();
  }

  @AfterAll
  static void remove() {
    Shell.kubectl("-n", "standin", "delete", "modeldeployment", "cuda", "--timeout=120s");
    Shell.kubectl("delete", "tenant/standin", "ratecard/standin", "namespace/standin");
    profile("cpu-simulated");
  }

  private static void profile(String name) {
    String patch = "{\"spec\": {\"accelerator\": {\"profile\": \"%s\"}}}".formatted(name);
    Shell.kubectl("patch", "gpunodepool", "local", "--type=merge", "-p", patch).orFail();
  }

  @Test
  @DisplayName("two CUDA ranks give the tokens that four CPU ranks give")
  void sameGreedyTokens() throws Exception {
    Shell.kubectl(
            "-n",
            "standin",
            "wait",
            "--for=condition=Ready",
            "modeldeployment/cuda",
            "--timeout=180s")
        .orFail();
    // The gateway learns of the ranks a moment after they are Ready.
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreException(IOException.class)
        .until(() -> text("small-v3-cuda", KEY, 1) != null);
    assertThat(text("small-v3-cuda", KEY, 12))
        .isNotBlank()
        .isEqualTo(text("small-v3", Gateway.KEY, 12));
    assertThat(Shell.kubectl("-n", "standin", "get", "pods").orFail().lines())
        .filteredOn(line -> line.startsWith("cuda-unified"))
        .hasSize(2)
        .allMatch(line -> line.matches(".* Running +0 .*"), "never restarted");
    assertThat(Shell.kubectl("-n", "standin", "logs", "cuda-unified-0-0").orFail())
        .contains("\"backend\":\"cuda (CUDA stand-in (no GPU)");
  }

  private static String text(String model, String key, int tokens)
      throws IOException, InterruptedException {
    return new Gateway(key).complete(model, PROMPT, tokens).at("/choices/0/text").asText();
  }
}
