package dev.guildhall.controller.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * A certificate and its key.
 *
 * @param certificate the certificate
 * @param key the private key; never logged, never in a status
 */
record Identity(X509Certificate certificate, PrivateKey key) {

  @Override
  public String toString() {
    return "Identity[" + certificate.getSubjectX500Principal() + "]";
  }
}
