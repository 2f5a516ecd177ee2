package dev.guildhall.controller.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IssuerTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> NAMES = List.of("*.g.ns.svc", "g.ns.svc");

  private final Identity authority = Issuer.authority(NOW, Duration.ofDays(3650));

  IssuerTest() throws GeneralSecurityException {}

  private CurrentCertificate stored(Identity leaf) {
    var secret =
        new SecretBuilder()
            .withData(
                Map.of(
                    "ca.crt", Certificates.encode(Pem.certificate(authority.certificate())),
                    "tls.crt", Certificates.encode(Pem.certificate(leaf.certificate())),
                    "tls.key", Certificates.encode(Pem.key(leaf.key()))))
            .build();
    return CurrentCertificate.of(secret);
  }

  @Test
  void certificateIsSignedNamedAndSurvivesTheSecret() throws GeneralSecurityException {
    var leaf = Issuer.leaf(authority, "g", NAMES, NOW, Duration.ofDays(90));
    leaf.certificate().verify(authority.certificate().getPublicKey());
    assertThat(leaf.certificate().getExtendedKeyUsage()).hasSize(2);
    assertThat(Pem.key(Pem.key(leaf.key()))).isEqualTo(leaf.key());
    assertThat(stored(leaf).isGood(authority.certificate(), NAMES, NOW.plus(Duration.ofDays(30))))
        .isTrue();
    assertThat(leaf.toString()).doesNotContain("PRIVATE").isEqualTo("Identity[CN=g]");
  }

  @Test
  void certificateThatEndsSoonOrHasOtherNamesOrAnotherAuthorityIsReplaced()
      throws GeneralSecurityException {
    var current = stored(Issuer.leaf(authority, "g", NAMES, NOW, Duration.ofDays(90)));
    assertThat(current.isGood(authority.certificate(), NAMES, NOW.plus(Duration.ofDays(91))))
        .isFalse();
    assertThat(current.isGood(authority.certificate(), List.of("other"), NOW)).isFalse();
    assertThat(current.isGood(Issuer.authority(NOW, Duration.ofDays(1)).certificate(), NAMES, NOW))
        .isFalse();
    assertThat(CurrentCertificate.of(null).isGood(authority.certificate(), NAMES, NOW)).isFalse();
  }
}
