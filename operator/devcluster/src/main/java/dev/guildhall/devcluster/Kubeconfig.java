package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** Renders kubeconfig files with everything embedded, so that they can be copied elsewhere. */
final class Kubeconfig {

  private Kubeconfig() {}

  /**
   * Writes one for the certificate of that name, readable by its owner alone.
   *
   * @return the file
   */
  static Path write(Layout layout, String user, String server) throws IOException {
    Path file = layout.kubeconfig(user);
    String text =
        render(
            server,
            Files.readAllBytes(layout.pki("ca.crt")),
            Files.readAllBytes(layout.pki(user + ".crt")),
            Files.readAllBytes(layout.pki(user + ".key")));
    if (Files.exists(file) && Files.readString(file).equals(text)) {
      return file;
    }
    Files.deleteIfExists(file);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.createFile(file, mode);
    Files.writeString(file, text);
    return file;
  }

  static String render(String server, byte[] ca, byte[] certificate, byte[] key) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
      - name: guildhall
        cluster:
          server: %s
          certificate-authority-data: %s
    users:
      - name: user
        user:
          client-certificate-data: %s
          client-key-data: %s
    contexts:
      - name: guildhall
        context: {cluster: guildhall, user: user}
    current-context: guildhall
    """
        .formatted(server, base64(ca), base64(certificate), base64(key));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
