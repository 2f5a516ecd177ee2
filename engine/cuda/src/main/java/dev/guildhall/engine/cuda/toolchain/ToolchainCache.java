package dev.guildhall.engine.cuda.toolchain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the toolchain keeps in the user's cache, {@code ${GUILDHALL_CACHE:-~/.cache/guildhall}},
 * each entry a folder under a key of its content. An entry appears whole, by a rename, or not at
 * all.
 *
 * @param root the cache's folder
 */
record ToolchainCache(Path root) {

  /** Fills an entry's folder, which exists and is empty. */
  @FunctionalInterface
  interface Maker {
    /** Writes the entry. */
    void make(Path folder) throws IOException;
  }

  static ToolchainCache of(Map<String, String> environment) {
    String own = environment.get("GUILDHALL_CACHE");
    if (own != null) {
      return new ToolchainCache(Path.of(own).toAbsolutePath());
    }
    String base = environment.get("XDG_CACHE_HOME");
    Path caches = base != null ? Path.of(base) : Path.of(System.getProperty("user.home"), ".cache");
    return new ToolchainCache(caches.toAbsolutePath().resolve("guildhall"));
  }

  Path entry(String name) {
    return root.resolve(name);
  }

  /**
   * The entry, made first if it is missing; where two make it at once, one of the two stays.
   *
   * @throws UncheckedIOException if the cache cannot be written
   */
  Path get(String name, Maker maker) {
    Path entry = entry(name);
    if (Files.isDirectory(entry)) {
      return entry;
    }
    try {
      Files.createDirectories(entry.getParent());
      Path staging = Files.createTempDirectory(entry.getParent(), ".partial-");
      try {
        maker.make(staging);
        if (!Files.isDirectory(entry)) {
          Files.move(staging, entry, StandardCopyOption.ATOMIC_MOVE);
        }
      } finally {
        deleteTree(staging);
      }
      return entry;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the cache entry " + entry, e);
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
