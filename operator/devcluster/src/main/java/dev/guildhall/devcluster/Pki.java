package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The certificates of one cluster, in the folder {@code pki} of its state; what is there stays. Two
 * authorities: one for the cluster, one for the API aggregation front.
 */
final class Pki {

  private static final List<String> API_SERVER_NAMES =
      List.of(
          "DNS:kubernetes",
          "DNS:kubernetes.default",
          "DNS:kubernetes.default.svc",
          "DNS:kubernetes.default.svc." + Network.DOMAIN,
          "DNS:localhost",
          "IP:" + Network.API_SERVICE,
          "IP:127.0.0.1",
          "IP:" + Network.NODE_ADDRESS);

  private final Path folder;

  Pki(Path folder) {
    this.folder = folder;
  }

  /** Makes what is missing. */
  void create() throws IOException {
    CertificateAuthority ca = CertificateAuthority.in(folder, "ca");
    CertificateAuthority front = CertificateAuthority.in(folder, "front-proxy-ca");
    ca.issue("apiserver", "CN=kube-apiserver", API_SERVER_NAMES);
    ca.issue("kubelet-client", "O=system:masters,CN=kube-apiserver-kubelet-client", List.of());
    front.issue("front-proxy-client", "CN=front-proxy-client", List.of());
    ca.issueForClient("admin", "O=system:masters,CN=admin");
    ca.issue("controller-manager", "CN=system:kube-controller-manager", List.of());
    ca.issue("scheduler", "CN=system:kube-scheduler", List.of());
    ca.issue("kube-proxy", "CN=system:kube-proxy", List.of());
    ca.issue(
        "kubelet",
        "O=system:nodes,CN=system:node:" + Network.NODE,
        List.of("DNS:" + Network.NODE, "IP:" + Network.NODE_ADDRESS, "IP:127.0.0.1"));
    if (!Files.exists(folder.resolve("sa.pub"))) {
      CertificateAuthority.writeSigningKey(folder.resolve("sa.key"), folder.resolve("sa.pub"));
    }
  }

  /** Issues a client certificate for a user of the given groups. */
  void user(String file, String user, List<String> groups) throws IOException {
    StringBuilder subject = new StringBuilder();
    groups.forEach(group -> subject.append("O=").append(group).append(','));
    CertificateAuthority.in(folder, "ca").issueForClient(file, subject + "CN=" + user);
  }
}
