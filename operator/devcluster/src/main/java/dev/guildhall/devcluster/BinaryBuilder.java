package dev.guildhall.devcluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compiles the cluster's binaries from their published Go modules, once: results are cached by
 * module file, checksums, flags and compiler version.
 */
final class BinaryBuilder {

  private static final Duration LIMIT = Duration.ofMinutes(60);
  private static final List<String> SOURCES = List.of("go.mod", "go.sum", "main.go");

  private final Cache cache;
  private final Progress progress;

  BinaryBuilder(Cache cache, Progress progress) {
    this.cache = cache;
    this.progress = progress;
  }

  /**
   * The folder with the module's binaries, built first if they are not cached.
   *
   * @throws DevClusterException if the compiler fails
   */
  Path build(GoModule module) {
    String entry = "bin/" + module.label() + "-" + key(module, Command.of("go", "version").run());
    if (!cache.has(entry)) {
      progress.say("  building " + module.label() + " from its Go module (once; then cached)");
    }
    return cache.get(entry, target -> compile(module, target));
  }

  static String key(GoModule module, String goVersion) {
    Digest digest = new Digest().add("compiler", goVersion.strip());
    module.flags().forEach(flag -> digest.add("flag", flag));
    module.packages().forEach(each -> digest.add("package", each));
    for (String file : SOURCES) {
      digest.add(file, source(module, file));
    }
    return digest.key();
  }

  private void compile(GoModule module, Path target) throws IOException {
    Path work = Files.createTempDirectory("guildhall-go");
    try {
      for (String file : SOURCES) {
        byte[] content = source(module, file);
        if (content.length > 0) {
          Files.write(work.resolve(file), content);
        }
      }
      Files.createDirectories(target);
      int done = 0;
      for (String each : module.packages()) {
        String binary = GoModule.binary(each);
        progress.detail(
            "building %s (%d of %d)".formatted(binary, ++done, module.packages().size()));
        List<String> argv = new ArrayList<>(List.of("nice", "go", "build"));
        argv.addAll(module.flags());
        argv.addAll(List.of("-o", target.resolve(binary).toString(), each));
        go(work, argv);
      }
      if (module == GoModule.KWOK) {
        KwokStages.copy(Path.of(moduleFolder(work, "sigs.k8s.io/kwok")), target);
      }
    } finally {
      Cache.deleteTree(work);
    }
  }

  private static String moduleFolder(Path work, String module) {
    return go(work, List.of("go", "list", "-m", "-f", "{{.Dir}}", module)).strip();
  }

  private static String go(Path work, List<String> argv) {
    return Command.of(argv)
        .in(work)
        .with(Map.of("CGO_ENABLED", "0", "GOFLAGS", "-mod=readonly", "GOWORK", "off"))
        .within(LIMIT)
        .run();
  }

  private static byte[] source(GoModule module, String file) {
    String name = "/guildhall-go/" + module.label() + "/" + file;
    try (InputStream in = BinaryBuilder.class.getResourceAsStream(name)) {
      return in == null ? new byte[0] : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
