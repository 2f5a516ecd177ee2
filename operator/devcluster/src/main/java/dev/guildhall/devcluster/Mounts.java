package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Mounts and control groups that pods leave behind. */
final class Mounts {

  private Mounts() {}

  /** Unmounts all below a folder, innermost first. */
  static void unmountBelow(Path folder) throws IOException {
    for (String point : below(Files.readString(Path.of("/proc/mounts")), folder)) {
      Command.of("umount", "-l", point).attempt();
    }
  }

  /** The mount points below a folder, innermost first, from the text of {@code /proc/mounts}. */
  static List<String> below(String mounts, Path folder) {
    return mounts
        .lines()
        .map(line -> line.split(" "))
        .filter(fields -> fields.length > 1)
        .map(fields -> fields[1].replace("\\040", " "))
        .filter(point -> Path.of(point).startsWith(folder))
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /** Removes the empty control groups of pods. */
  static void removeControlGroups() throws IOException {
    Path root = Path.of("/sys/fs/cgroup");
    List<Path> bases;
    try (Stream<Path> controllers = Files.list(root)) {
      bases =
          Stream.concat(Stream.of(root), controllers.filter(Files::isDirectory))
              .map(folder -> folder.resolve("kubepods"))
              .filter(Files::isDirectory)
              .toList();
    }
    for (Path base : bases) {
      try (Stream<Path> walk = Files.walk(base)) {
        walk.filter(Files::isDirectory)
            .sorted(Comparator.reverseOrder())
            .forEach(folder -> folder.toFile().delete());
      }
    }
  }
}
