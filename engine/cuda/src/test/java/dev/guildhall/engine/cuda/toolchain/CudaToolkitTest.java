package dev.guildhall.engine.cuda.toolchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a compiler is looked for, and which is refused. */
class CudaToolkitTest {
  @TempDir Path folder;

  @Test
  void findsNoneInAnEmptyEnvironment() {
    assertThat(CudaToolkit.find(environment("", "/nowhere"))).isEmpty();
  }

  @Test
  void cudaHomeComesBeforeThePath() throws IOException {
    Path onPath = nvcc("path", "13.0");
    Path home = nvcc("home/bin", "13.0").getParent();
    assertThat(CudaToolkit.find(environment(onPath.toString(), home.toString())))
        .hasValue(new CudaToolkit(home.resolve("bin"), "CUDA_HOME"));
    assertThat(CudaToolkit.find(environment("/nowhere:" + onPath, "")))
        .hasValue(new CudaToolkit(onPath, "PATH"));
  }

  @Test
  void aFileThatCannotBeRunIsNotACompiler() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.writeString(bin.resolve("nvcc"), "text");
    assertThat(CudaToolkit.find(environment(bin.toString(), ""))).isEmpty();
  }

  @Test
  void anOldCompilerIsRefusedByName() throws IOException {
    CudaToolkit old = new CudaToolkit(nvcc("old", "11.8"), "PATH");
    assertThatThrownBy(old::version)
        .isInstanceOf(ToolchainException.class)
        .hasMessageContaining("is too old")
        .hasMessageContaining("release 11.8");
    assertThat(new CudaToolkit(nvcc("new", "12.4"), "PATH").version()).contains("release 12.4");
  }

  private Path nvcc(String bin, String release) throws IOException {
    Path made = Files.createDirectories(folder.resolve(bin));
    Path nvcc = made.resolve("nvcc");
    Files.writeString(nvcc, "#!/bin/sh\necho 'Cuda compilation tools, release " + release + "'\n");
    Files.setPosixFilePermissions(nvcc, PosixFilePermissions.fromString("rwxr-xr-x"));
    return made;
  }

  private Map<String, String> environment(String path, String home) {
    return Map.of(
        "PATH", path, "CUDA_HOME", home, "GUILDHALL_CACHE", folder.resolve("cache").toString());
  }
}
