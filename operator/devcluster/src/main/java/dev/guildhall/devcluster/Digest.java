package dev.guildhall.devcluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** SHA-256 over named parts: the same parts in the same order give the same key. */
public final class Digest {

  private final MessageDigest digest;

  /** An empty digest. */
  public Digest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds a name and a text; lengths are part of the digest, so parts cannot run together. */
  public Digest add(String name, String text) {
    return add(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a name and bytes. */
  public Digest add(String name, byte[] content) {
    header(name, content.length);
    digest.update(content);
    return this;
  }

  /** Adds every file below a folder by relative path and content, in path order. */
  public Digest addTree(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    byte[] buffer = new byte[1 << 16];
    for (Path file : files) {
      header(folder.relativize(file).toString(), Files.size(file));
      try (InputStream in = Files.newInputStream(file)) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          digest.update(buffer, 0, n);
        }
      }
    }
    return this;
  }

  /** The first 16 hexadecimal digits. Ends the digest. */
  public String key() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  private void header(String name, long size) {
    byte[] bytes = (name + "\0" + size + "\0").getBytes(StandardCharsets.UTF_8);
    digest.update(bytes);
  }
}
