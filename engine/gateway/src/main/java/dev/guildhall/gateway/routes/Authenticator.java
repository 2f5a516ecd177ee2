package dev.guildhall.gateway.routes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Finds whose key was presented. Every known digest is compared, each in constant time, so that
 * timing tells nothing about any of them.
 */
public final class Authenticator {

  private Authenticator() {}

  /** Who called with which key. */
  public record Caller(TenantRoute tenant, String keyId) {}

  /** The owner of the key, or empty when nobody has it. */
  public static Optional<Caller> authenticate(RouteTable routes, String key) {
    byte[] presented = sha256(key);
    Caller found = null;
    for (TenantRoute tenant : routes.tenants()) {
      for (TenantRoute.Key candidate : tenant.keys()) {
        if (MessageDigest.isEqual(presented, candidate.sha256())) {
          found = new Caller(tenant, candidate.id());
        }
      }
    }
    return Optional.ofNullable(found);
  }

  private static byte[] sha256(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform lacks SHA-256", e);
    }
  }
}
