package dev.guildhall.engine.cuda.toolchain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernels' sources below a folder.
 *
 * @param folder where they lie
 * @param files relative paths, sorted
 */
record KernelSources(Path folder, List<Path> files) {

  static KernelSources below(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return new KernelSources(
          folder.toAbsolutePath(),
          walk.filter(file -> file.toString().matches(".*\\.cuh?"))
              .map(folder::relativize)
              .sorted()
              .toList());
    }
  }

  void addTo(ContentKey key) throws IOException {
    for (Path file : files) {
      key.add(file.toString(), Files.readAllBytes(folder.resolve(file)));
    }
  }

  /** One translation unit of all {@code .cu} files, so that there is one module to load. */
  String unit() {
    return files.stream()
        .filter(file -> file.toString().endsWith(".cu"))
        .map(file -> "#include \"" + file + "\"\n")
        .collect(Collectors.joining());
  }
}
