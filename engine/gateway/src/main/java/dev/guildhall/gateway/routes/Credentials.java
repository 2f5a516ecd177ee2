package dev.guildhall.gateway.routes;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Secrets that come with the routes: the certificates for calling ranks and the key from which
 * cache salts are derived. {@code toString} shows none of them.
 */
public final class Credentials {

  private static final byte[] PROCESS_SALT_KEY = randomKey();

  private final Optional<Tls> tls;
  private final byte[] saltKey;

  /** PEM texts of a mutual TLS client. */
  public record Tls(byte[] ca, byte[] certificate, byte[] key) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Tls o
          && Arrays.equals(ca, o.ca)
          && Arrays.equals(certificate, o.certificate)
          && Arrays.equals(key, o.key);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(certificate);
    }

    @Override
    public String toString() {
      return "Tls[redacted]";
    }
  }

  private Credentials(Optional<Tls> tls, byte[] saltKey) {
    this.tls = tls;
    this.saltKey = saltKey;
  }

  /**
   * Picks the credentials out of the files beside the route document.
   *
   * @param files {@code ca.crt}, {@code tls.crt}, {@code tls.key} (all or none) and optionally
   *     {@code salt.key}; without the last, replicas that share {@code tls.key} still agree on
   *     salts, and without both each process has its own
   * @throws RoutesInvalidException when only some of the TLS files are there
   */
  public static Credentials of(Map<String, byte[]> files) {
    byte[] ca = files.get("ca.crt");
    byte[] certificate = files.get("tls.crt");
    byte[] key = files.get("tls.key");
    long present =
        java.util.stream.Stream.of(ca, certificate, key).filter(java.util.Objects::nonNull).count();
    if (present != 0 && present != 3) {
      throw new RoutesInvalidException(
          "ca.crt, tls.crt, tls.key", "must be there together or not at all");
    }
    Optional<Tls> tls =
        present == 3 ? Optional.of(new Tls(ca, certificate, key)) : Optional.empty();
    byte[] salt = files.getOrDefault("salt.key", key == null ? PROCESS_SALT_KEY : key);
    return new Credentials(tls, salt);
  }

  /** The client certificate for ranks; empty: plaintext, to loopback addresses only. */
  public Optional<Tls> tls() {
    return tls;
  }

  /**
   * The prefix cache salt of a tenant: secret, stable while the key is, and different for every
   * tenant. 32 bytes.
   */
  public byte[] cacheSalt(String tenant) {
    return Hmac.sha256(
        saltKey, ("guildhall/cache-salt/v1/" + tenant).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "Credentials[redacted]";
  }

  private static byte[] randomKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return key;
  }
}
