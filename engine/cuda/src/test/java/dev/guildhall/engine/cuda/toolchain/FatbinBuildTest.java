package dev.guildhall.engine.cuda.toolchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build step with a compiler of a few lines of shell that copies what it is given. */
class FatbinBuildTest {
  @TempDir Path folder;
  private Path sources;
  private Path fatbin;
  private Path runs;

  @BeforeEach
  void writeSources() throws IOException {
    sources = Files.createDirectories(folder.resolve("cuda"));
    Files.createDirectories(sources.resolve("sub"));
    Files.writeString(sources.resolve("b.cu"), "b");
    Files.writeString(sources.resolve("sub/a.cu"), "a");
    Files.writeString(sources.resolve("common.cuh"), "common");
    fatbin = folder.resolve("target/classes/dev/guildhall/engine/cuda/kernels.fatbin");
    runs = folder.resolve("runs");
  }

  @Test
  void withoutNvccOldKernelsAreRemovedAndOneLineSaysSo() throws IOException {
    Files.createDirectories(fatbin.getParent());
    Files.writeString(fatbin, "stale");
    assertThat(build("")).hasValueSatisfying(notice -> assertThat(notice).doesNotContain("\n"));
    assertThat(fatbin).doesNotExist();
  }

  @Test
  void everySourceIsInOneUnitForEveryArchitecture() throws IOException {
    assertThat(build(nvcc("exit 0"))).isEmpty();
    assertThat(fatbin).hasContent("#include \"b.cu\"\n#include \"sub/a.cu\"\n");
    assertThat(folder.resolve("target/kernels.ptxas.txt"))
        .content()
        .contains("code=sm_80", "code=sm_89", "code=sm_90a", "-Werror all-warnings");
  }

  @Test
  void onlyChangedContentIsCompiledAgain() throws IOException {
    String bin = nvcc("exit 0");
    build(bin);
    build(bin);
    assertThat(runs).hasContent("run\n");
    Files.writeString(sources.resolve("common.cuh"), "changed");
    build(bin);
    assertThat(runs).hasContent("run\nrun\n");
  }

  @Test
  void whatTheCompilerRefusesIsReportedAndNotCached() throws IOException {
    String bin = nvcc("echo 'b.cu(1): error: nonsense'; exit 2");
    assertThatThrownBy(() -> build(bin))
        .isInstanceOf(ToolchainException.class)
        .hasMessageContaining("exit code 2")
        .hasMessageContaining("b.cu(1): error: nonsense");
    assertThat(fatbin).doesNotExist();
    assertThat(folder.resolve("cache/cuda-kernels")).isEmptyDirectory();
  }

  private java.util.Optional<String> build(String path) throws IOException {
    return FatbinBuild.run(
        Map.of("PATH", path, "GUILDHALL_CACHE", folder.resolve("cache").toString()),
        sources,
        folder.resolve("target/classes"));
  }

  private String nvcc(String end) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path nvcc = bin.resolve("nvcc");
    Files.writeString(
        nvcc,
        """
        #!/bin/sh
        [ "$1" = --version ] && { echo 'release 13.0'; exit; }
        echo run >> %s
        echo "$@"
        for last; do :; done
        cp "$last" kernels.fatbin
        %s
        """
            .formatted(runs, end));
    Files.setPosixFilePermissions(nvcc, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin.toString();
  }
}
