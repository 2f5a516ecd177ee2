package dev.guildhall.engine.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes an authority and one certificate for localhost with the openssl command. */
final class TestCertificates {
  private TestCertificates() {}

  /** A folder with {@code ca.crt}, {@code tls.crt} and {@code tls.key}. */
  static Path authority(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("san"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    openssl(
        folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt"
            + " -days 2 -subj /CN=authority");
    openssl(
        folder,
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.csr"
            + " -subj /CN=rank");
    openssl(
        folder,
        "x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out tls.crt"
            + " -extfile san");
    return folder;
  }

  private static void openssl(Path folder, String arguments)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(("openssl " + arguments).split(" "))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("openssl.log")));
    }
  }
}
