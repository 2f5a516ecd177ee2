package dev.guildhall.controller.certificate;

import dev.guildhall.controller.OperatorConfig;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Certificates for mutual TLS between gateway and ranks, from an authority of the operator's own
 * that lives in one Secret of the system namespace. A certificate lives 90 days and is replaced
 * when a third of its life is left.
 */
@ApplicationScoped
public class Certificates {

  private static final String AUTHORITY = "guildhall-ca";
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
  private static final Duration LIFE = Duration.ofDays(90);
  private static final Duration RENEW_BEFORE = LIFE.dividedBy(3);

  /** Many groups that are made at once need the authority; somebody may replace it. */
  private static final Duration AUTHORITY_TRUSTED = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final OperatorConfig config;
  private final Clock clock;
  private Identity authority;
  private Instant trustedUntil = Instant.MIN;

  Certificates(KubernetesClient client, OperatorConfig config, Clock clock) {
    this.client = client;
    this.config = config;
    this.clock = clock;
  }

  /**
   * The entries {@code ca.crt}, {@code tls.crt} and {@code tls.key}: those of {@code current} as
   * long as they are good for these names and for long enough, else new ones.
   */
  public Map<String, String> entries(Secret current, String commonName, List<String> dnsNames) {
    try {
      var authority = authority();
      var kept = CurrentCertificate.of(current);
      if (kept.isGood(authority.certificate(), dnsNames, clock.instant().plus(RENEW_BEFORE))) {
        return kept.entries();
      }
      var leaf = Issuer.leaf(authority, commonName, dnsNames, clock.instant(), LIFE);
      var entries = new TreeMap<String, String>();
      entries.put("ca.crt", Pem.certificate(authority.certificate()));
      entries.put("tls.crt", Pem.certificate(leaf.certificate()));
      entries.put("tls.key", Pem.key(leaf.key()));
      return entries;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a certificate for " + commonName, e);
    }
  }

  private synchronized Identity authority() throws GeneralSecurityException {
    if (!clock.instant().isBefore(trustedUntil)) {
      authority = readAuthority();
      trustedUntil = clock.instant().plus(AUTHORITY_TRUSTED);
    }
    return authority;
  }

  private Identity readAuthority() throws GeneralSecurityException {
    var found = client.secrets().inNamespace(config.systemNamespace()).withName(AUTHORITY).get();
    if (found == null) {
      found = create(Issuer.authority(clock.instant(), AUTHORITY_LIFE));
    }
    return new Identity(Pem.certificate(decode(found, "ca.crt")), Pem.key(decode(found, "ca.key")));
  }

  private Secret create(Identity authority) {
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(AUTHORITY)
            .withNamespace(config.systemNamespace())
            .addToLabels("app.kubernetes.io/managed-by", "guildhall")
            .endMetadata()
            .withImmutable(true)
            .withData(
                Map.of(
                    "ca.crt",
                    encode(Pem.certificate(authority.certificate())),
                    "ca.key",
                    encode(Pem.key(authority.key()))))
            .build();
    try {
      return client.resource(secret).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return client.secrets().inNamespace(config.systemNamespace()).withName(AUTHORITY).get();
      }
      throw e;
    }
  }

  /** An entry of a Secret as text. */
  static String decode(Secret secret, String entry) {
    return new String(
        Base64.getDecoder().decode(secret.getData().get(entry)), StandardCharsets.UTF_8);
  }

  /** Text as an entry of a Secret. */
  public static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
