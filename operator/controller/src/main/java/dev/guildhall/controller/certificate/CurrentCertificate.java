package dev.guildhall.controller.certificate;

import io.fabric8.kubernetes.api.model.Secret;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a Secret holds now.
 *
 * @param entries its certificate entries, as text; empty where one is missing
 */
record CurrentCertificate(Map<String, String> entries) {

  private static final List<String> ENTRIES = List.of("ca.crt", "tls.crt", "tls.key");

  static CurrentCertificate of(Secret secret) {
    var entries = new TreeMap<String, String>();
    if (secret != null
        && secret.getData() != null
        && secret.getData().keySet().containsAll(ENTRIES)) {
      ENTRIES.forEach(entry -> entries.put(entry, Certificates.decode(secret, entry)));
    }
    return new CurrentCertificate(entries);
  }

  /**
   * Whether this authority signed the certificate, for exactly these names, and it lives beyond the
   * given time.
   */
  boolean isGood(X509Certificate authority, List<String> dnsNames, Instant until) {
    if (entries.isEmpty() || !entries.get("ca.crt").equals(Pem.certificate(authority))) {
      return false;
    }
    try {
      var certificate = Pem.certificate(entries.get("tls.crt"));
      certificate.verify(authority.getPublicKey());
      return certificate.getNotAfter().toInstant().isAfter(until)
          && names(certificate).equals(new HashSet<>(dnsNames));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false; // what cannot be read is replaced
    }
  }

  private static Set<String> names(X509Certificate certificate) throws GeneralSecurityException {
    var names = certificate.getSubjectAlternativeNames();
    return names == null
        ? Set.of()
        : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.toSet());
  }
}
