package dev.guildhall.cli.bare;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.engine.cuda.BareMachine;
import dev.guildhall.engine.model.verify.Verification;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import jcuda.driver.JCudaDriver;

/**
 * A shell script with an archive behind it: a trimmed Java run-time, the jars that the CUDA backend
 * needs, and goldens to check it against.
 */
public final class BareScript {
  private static final String MODULES =
      "java.base,java.logging,java.management,java.xml,jdk.unsupported";

  private static final List<String> GOLDENS = List.of("moe-basic", "moe-fp8-blocks", "mtp-one");

  private static final String HEADER =
      """
      #!/bin/sh
      # Checks Guildhall's CUDA backend on this machine's GPU and measures its kernels. Needs an NVIDIA driver, tar and gzip.
      # Options: --rounds=N (7). What it unpacks is removed again. GUILDHALL_WITH names a command to run it under, such as compute-sanitizer.
      set -eu
      folder=$(mktemp -d)
      trap 'rm -rf "$folder"' EXIT
      trap 'exit 1' INT TERM
      tail -n +%d "$0" | tar -xz -C "$folder"
      ${GUILDHALL_WITH:-} "$folder/runtime/bin/java" -Dstdout.encoding=UTF-8 --enable-native-access=ALL-UNNAMED -cp "$folder/lib/*" %s "$folder/goldens" "$@"
      exit
      """;

  private BareScript() {}

  /**
   * Writes the script.
   *
   * @param root of the checkout, for the goldens
   * @throws IOException if a tool fails or a file cannot be written
   */
  public static void write(Path output, Path root) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("guildhall-bare");
    try {
      runtime(folder.resolve("runtime"));
      jars(Files.createDirectory(folder.resolve("lib")));
      Path goldens = Files.createDirectory(folder.resolve("goldens"));
      for (String golden : GOLDENS) {
        copy(root.resolve("engine/goldens").resolve(golden), goldens.resolve(golden));
      }
      Path archive = folder.resolve("archive.tar.gz");
      run(folder, "tar", "-czf", archive.toString(), "runtime", "lib", "goldens");
      int first = (int) HEADER.lines().count() + 1;
      try (OutputStream out = Files.newOutputStream(output)) {
        out.write(
            HEADER.formatted(first, BareMachine.class.getName()).getBytes(StandardCharsets.UTF_8));
        Files.copy(archive, out);
      }
      Files.setPosixFilePermissions(output, PosixFilePermissions.fromString("rwxr-xr-x"));
    } finally {
      remove(folder);
    }
  }

  private static void runtime(Path to) throws IOException {
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new IOException("this Java has no jlink; a JDK is needed"));
    var messages = new java.io.StringWriter();
    var writer = new PrintWriter(messages);
    int status =
        jlink.run(
            writer,
            writer,
            "--add-modules",
            MODULES,
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            to.toString());
    if (status != 0) {
      throw new IOException("jlink failed: " + messages);
    }
  }

  private static void jars(Path to) throws IOException {
    for (Class<?> type :
        List.of(
            BareMachine.class,
            Verification.class,
            ObjectMapper.class,
            JsonFactory.class,
            JsonProperty.class,
            JCudaDriver.class)) {
      Path jar = jarOf(type.getProtectionDomain().getCodeSource().getLocation());
      Files.copy(jar, to.resolve(jar.getFileName()));
    }
    URL natives = JCudaDriver.class.getResource("/lib/libJCudaDriver-12.6.0-linux-x86_64.so");
    if (natives == null) {
      throw new IOException("JCuda's natives are not on the class path");
    }
    String name = natives.getPath();
    Path jar = Path.of(name.substring("file:".length(), name.indexOf('!')));
    Files.copy(jar, to.resolve(jar.getFileName()));
  }

  private static Path jarOf(URL location) throws IOException {
    try {
      return Path.of(location.toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command[0] + " failed: " + output.strip());
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
