package dev.guildhall.devcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Costly things kept outside the checkout under a key of their content: {@code
 * ${GUILDHALL_CACHE:-~/.cache/guildhall}}. An entry appears whole (by a rename) or not at all, and
 * two processes never make the same entry at once.
 */
public final class Cache {

  private static final int DELETE_ATTEMPTS = 10;
  private static final Duration DELETE_PAUSE = Duration.ofMillis(500);

  private final Path root;

  /** A cache in the given folder. */
  public Cache(Path root) {
    this.root = root.toAbsolutePath();
  }

  /** The user's cache. */
  public static Cache ofUser() {
    String own = System.getenv("GUILDHALL_CACHE");
    String xdg = System.getenv("XDG_CACHE_HOME");
    if (own != null) {
      return new Cache(Path.of(own));
    }
    Path base = xdg != null ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".cache");
    return new Cache(base.resolve("guildhall"));
  }

  /** Makes an entry in a folder or file that does not exist yet. */
  @FunctionalInterface
  public interface Maker {
    /** Writes the entry. */
    void make(Path target) throws IOException;
  }

  /** The cache's folder. */
  public Path root() {
    return root;
  }

  /** Whether the entry is there, so that {@link #get} costs nothing. */
  public boolean has(String name) {
    return Files.exists(root.resolve(name));
  }

  /**
   * The entry, made first if it is missing.
   *
   * @param name kind and key, such as {@code bin/kubernetes-0123abcd}
   * @throws UncheckedIOException if the cache cannot be written
   */
  public Path get(String name, Maker maker) {
    Path entry = root.resolve(name);
    if (Files.exists(entry)) {
      return entry;
    }
    Path lockFile = entry.resolveSibling("." + entry.getFileName() + ".lock");
    Path staging = entry.resolveSibling("." + entry.getFileName() + ".partial");
    try {
      Files.createDirectories(entry.getParent());
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        if (Files.exists(entry)) {
          return entry;
        }
        deleteTree(staging);
        maker.make(staging);
        Files.move(staging, entry, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(lockFile);
        return entry;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the cache entry " + entry, e);
    }
  }

  /**
   * Deletes a file or a folder with all that it holds; does nothing if it is not there. Tries again
   * for some seconds when a process that is just ending still makes or removes files in it.
   */
  public static void deleteTree(Path path) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        deleteOnce(path);
        return;
      } catch (IOException | UncheckedIOException changing) {
        if (attempt == DELETE_ATTEMPTS) {
          throw changing;
        }
        LockSupport.parkNanos(DELETE_PAUSE.toNanos());
      }
    }
  }

  private static void deleteOnce(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> inside = Files.walk(path)) {
      for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
