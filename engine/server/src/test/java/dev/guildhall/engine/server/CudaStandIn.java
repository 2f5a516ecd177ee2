package dev.guildhall.engine.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The stand-in CUDA driver, built or taken from the cache. */
final class CudaStandIn {
  private CudaStandIn() {}

  /** The folder that {@code GUILDHALL_CUDA_DRIVER} names it by. */
  static Path folder() throws IOException {
    Path build = TestGroup.root().resolve("engine/cuda/standin/build.sh").normalize();
    Process process = new ProcessBuilder(build.toString()).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return Path.of(output.lines().reduce((first, last) -> last).orElseThrow());
  }

  /** Makes it the driver of this JVM. */
  static void use() throws IOException {
    System.setProperty("guildhall.cuda.driver", folder().resolve("libcuda.so.1").toString());
    System.setProperty("guildhall.cuda.kernels", folder().resolve("kernels.so").toString());
  }
}
