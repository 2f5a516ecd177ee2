package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The life cycles that kwok gives to fake nodes and their pods, taken from kwok's own module so
 * that they fit its version.
 */
final class KwokStages {

  /** The name of the file beside the kwok binary. */
  static final String FILE = "kwok-stages.yaml";

  private static final List<String> FOLDERS =
      List.of("pod/fast", "node/fast", "node/heartbeat-with-lease");

  private KwokStages() {}

  static void copy(Path module, Path target) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String folder : FOLDERS) {
      Path from = module.resolve("kustomize/stage").resolve(folder);
      try (Stream<Path> walk = Files.walk(from)) {
        for (Path file : walk.filter(KwokStages::isStage).sorted().toList()) {
          all.append("---\n").append(Files.readString(file).strip()).append('\n');
        }
      }
    }
    Files.writeString(target.resolve(FILE), all.toString());
  }

  private static boolean isStage(Path file) {
    String name = file.getFileName().toString();
    boolean example = file.getParent().endsWith("testdata");
    return name.endsWith(".yaml") && !name.startsWith("kustomization") && !example;
  }
}
