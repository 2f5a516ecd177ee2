package dev.guildhall.controller.certificate;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Certificates of any life, for tests of how they are renewed. */
public final class Leaves {

  /** A certificate and its key, as PEM. */
  public record Leaf(String certificate, String key) {}

  private Leaves() {}

  /** One that this authority signs now. */
  public static Leaf of(String caCertificate, String caKey, List<String> names, Duration life)
      throws GeneralSecurityException {
    var authority = new Identity(Pem.certificate(caCertificate), Pem.key(caKey));
    var leaf = Issuer.leaf(authority, names.getFirst(), names, Instant.now(), life);
    return new Leaf(Pem.certificate(leaf.certificate()), Pem.key(leaf.key()));
  }

  /** When a certificate ends. */
  public static Instant end(String certificate) {
    try {
      return Pem.certificate(certificate).getNotAfter().toInstant();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
