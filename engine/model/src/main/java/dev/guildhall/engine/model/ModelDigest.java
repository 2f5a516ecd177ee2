package dev.guildhall.engine.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Identifies a model by the names and contents of its files: SHA-256 over, for each regular file of
 * the folder in order of name, the length of its name, its name and the SHA-256 of its content.
 * Hidden files and subfolders do not count, nor does the order in which a file system lists.
 */
public final class ModelDigest {
  private static final int BUFFER = 1 << 20;

  /** A file's digest holds as long as its path, size and time stay the same. */
  private record Seen(Path file, long size, long modified) {}

  private static final Map<Seen, byte[]> CONTENT = new ConcurrentHashMap<>();

  private ModelDigest() {}

  /**
   * The digest in the form {@code sha256:HEX}. Contents are read once per process.
   *
   * @throws ModelException if a file cannot be read
   */
  public static String of(Path folder) {
    Map<String, byte[]> contents = new ConcurrentHashMap<>();
    files(folder).parallelStream()
        .forEach(file -> contents.put(file.getFileName().toString(), content(file)));
    return digest(contents);
  }

  /** The same digest over files held in memory. */
  static String ofContents(Map<String, byte[]> files) {
    Map<String, byte[]> contents = new TreeMap<>();
    files.forEach((name, bytes) -> contents.put(name, sha256().digest(bytes)));
    return digest(contents);
  }

  /**
   * Checks that a folder is the one that a digest was made of.
   *
   * @throws ModelException if it is not
   */
  public static void require(Path folder, String expected) {
    String found = of(folder);
    if (!found.equals(expected)) {
      throw new ModelException(
          folder + " has the digest " + found + ", not " + expected + ": another revision?");
    }
  }

  private static String digest(Map<String, byte[]> contents) {
    MessageDigest all = sha256();
    new TreeMap<>(contents)
        .forEach(
            (name, hash) -> {
              byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
              all.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
              all.update(bytes);
              all.update(hash);
            });
    return "sha256:" + HexFormat.of().formatHex(all.digest());
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> !f.getFileName().toString().startsWith("."))
          .filter(f -> !Files.isDirectory(f))
          .toList();
    } catch (IOException e) {
      throw new ModelException(folder + " cannot be listed: " + e, e);
    }
  }

  private static byte[] content(Path file) {
    try {
      Path real = file.toRealPath();
      Seen key = new Seen(real, Files.size(real), Files.getLastModifiedTime(real).toMillis());
      byte[] known = CONTENT.get(key);
      if (known == null) {
        known = hash(real);
        CONTENT.put(key, known);
      }
      return known;
    } catch (IOException e) {
      throw new ModelException(file.getFileName() + " cannot be read: " + e, e);
    }
  }

  private static byte[] hash(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
