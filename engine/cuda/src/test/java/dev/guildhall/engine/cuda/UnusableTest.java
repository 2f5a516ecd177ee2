package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Why the backend cannot run, each case in a JVM of its own: a process loads one driver. */
@Tag("standin")
class UnusableTest {

  /** Prints the reason. */
  public static final class Program {
    private Program() {}

    public static void main(String[] args) {
      System.out.println(new CudaBackendProvider().unusableBecause().orElse("usable"));
    }
  }

  @Test
  void noDriver() throws Exception {
    assertThat(reason("/nonexistent/libcuda.so.1", "/nonexistent", Map.of()))
        .contains("the CUDA driver cannot be loaded");
  }

  @Test
  void noDevice() throws Exception {
    assertThat(standIn(Map.of("GUILDHALL_STANDIN_DEVICES", "0"))).contains("finds no device");
  }

  @Test
  void tooOldADriver() throws Exception {
    assertThat(standIn(Map.of("GUILDHALL_STANDIN_VERSION", "11040")))
        .contains("the driver is for CUDA 11.4; 12.0 or later is needed");
  }

  @Test
  void kernelsForAnotherArchitecture() throws Exception {
    Path folder = StandIn.kernels(StandIn.ROOT.resolve("engine/cuda/src/main/cuda"));
    Path other = StandIn.ROOT.resolve("engine/cuda/pom.xml");
    assertThat(reason(folder.resolve("libcuda.so.1").toString(), other.toString(), Map.of()))
        .contains("CUDA_ERROR_NO_BINARY_FOR_GPU")
        .contains("compute capability 9.0");
  }

  @Test
  void theStandInIsUsable() throws Exception {
    assertThat(standIn(Map.of())).contains("usable");
  }

  private static String standIn(Map<String, String> environment)
      throws IOException, InterruptedException {
    Path folder = StandIn.kernels(StandIn.ROOT.resolve("engine/cuda/src/main/cuda"));
    return reason(
        folder.resolve("libcuda.so.1").toString(),
        folder.resolve("kernels.so").toString(),
        environment);
  }

  private static String reason(String driver, String kernels, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-D" + Substitutes.DRIVER + "=" + driver,
                "-D" + Substitutes.KERNELS + "=" + kernels,
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName()));
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
