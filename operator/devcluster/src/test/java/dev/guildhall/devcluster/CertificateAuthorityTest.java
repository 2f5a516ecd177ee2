package dev.guildhall.devcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {

  @TempDir Path folder;

  @Test
  void issuedCertificateIsSignedAndNamesWhatWasAsked() throws Exception {
    CertificateAuthority.in(folder, "ca")
        .issue("kubelet", "O=system:nodes,CN=system:node:one", List.of("DNS:one", "IP:127.0.0.1"));

    X509Certificate issued = read("kubelet.crt");
    issued.verify(read("ca.crt").getPublicKey());
    assertThat(issued.getSubjectX500Principal().getName())
        .contains("CN=system:node:one")
        .contains("O=system:nodes");
    assertThat(issued.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(List.of(2, "one"), List.of(7, "127.0.0.1"));
    assertThat(issued.getBasicConstraints()).isEqualTo(-1);
  }

  @Test
  void keysAreReadableByTheirOwnerAlone() throws IOException {
    CertificateAuthority.in(folder, "ca").issue("admin", "CN=admin", List.of());

    for (String key : List.of("ca.key", "admin.key")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(key))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void whatIsThereStays() throws IOException {
    CertificateAuthority.in(folder, "ca").issue("admin", "CN=admin", List.of());
    String before = Files.readString(folder.resolve("admin.crt"));

    CertificateAuthority.in(folder, "ca").issue("admin", "CN=admin", List.of());

    assertThat(folder.resolve("admin.crt")).hasContent(before);
  }

  private X509Certificate read(String file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(folder.resolve(file))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
