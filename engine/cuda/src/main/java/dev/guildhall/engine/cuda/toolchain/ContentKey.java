package dev.guildhall.engine.cuda.toolchain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A key over named parts: the same parts in the same order give the same key. */
final class ContentKey {
  private final MessageDigest digest;

  ContentKey() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds a part; its length is part of the key, so parts cannot run together. */
  ContentKey add(String name, byte[] content) {
    digest.update((name + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8));
    digest.update(content);
    return this;
  }

  ContentKey add(String name, String content) {
    return add(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Sixteen hexadecimal digits. Ends the key. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }
}
