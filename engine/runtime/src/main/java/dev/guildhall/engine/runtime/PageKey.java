package dev.guildhall.engine.runtime;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Names the content of a full page: SHA-256 over the key of the page before it and the page's
 * tokens, the chain starting with the salt. Equal keys mean equal prefixes of one salt; a tenant
 * can neither hit nor forge another's.
 */
record PageKey(long a, long b, long c, long d) {

  /** The start of a chain. */
  static PageKey root(byte[] salt) {
    return of(sha256().digest(salt));
  }

  /** The key of the page that holds {@code count} tokens from {@code from}. */
  PageKey next(int[] tokens, int from, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(32 + 4 * count);
    bytes.putLong(a).putLong(b).putLong(c).putLong(d);
    for (int i = 0; i < count; i++) {
      bytes.putInt(tokens[from + i]);
    }
    return of(sha256().digest(bytes.array()));
  }

  private static PageKey of(byte[] hash) {
    ByteBuffer bytes = ByteBuffer.wrap(hash);
    return new PageKey(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
