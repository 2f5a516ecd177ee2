package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.controller.certificate.Leaves;
import dev.guildhall.devcluster.DevCluster;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Certificates are replaced long before they end, under ranks that go on running. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class CertificatesClusterTest {

  private static final String GROUP = "small-v3-unified-0";

  private final DevCluster cluster = OperatorCluster.cluster();

  @RegisterExtension final Quickstart quickstart = Quickstart.on(OperatorCluster::cluster);

  @Test
  void oneWithAThirdOfItsLifeLeftIsRenewedAndTheGroupIsNotRestarted() throws Exception {
    var service = GROUP + "." + "quickstart.svc";
    renewed("quickstart", GROUP, List.of("*." + service, service));
  }

  @Test
  void theGatewaysIsRenewedToo() throws Exception {
    renewed(
        "guildhall-system",
        "guildhall-gateway-routes",
        List.of("guildhall-gateway.guildhall-system.svc"));
  }

  private void renewed(String namespace, String secret, List<String> names) throws Exception {
    var pods = quickstart.ranks("{.items[*].metadata.uid}");
    var generation = quickstart.get(Quickstart.SET, "{.metadata.generation}");
    var leaf =
        Leaves.of(
            data("guildhall-system", "guildhall-ca", "ca.crt"),
            data("guildhall-system", "guildhall-ca", "ca.key"),
            names,
            Duration.ofDays(29));
    // What the patch returns: the operator may have replaced it before the next read.
    var patched =
        cluster.kubectl(
            "-n",
            namespace,
            "patch",
            "secret",
            secret,
            "--type=merge",
            "-p",
            "{\"stringData\":{\"tls.crt\":\"%s\",\"tls.key\":\"%s\"}}"
                .formatted(json(leaf.certificate()), json(leaf.key())),
            "-o",
            path("tls.crt"));
    assertThat(decoded(patched)).isEqualTo(leaf.certificate());
    quickstart.kubectl("annotate", Quickstart.SET, "--overwrite", "look/again=" + Instant.now());
    Eventually.holds(
        () ->
            assertThat(Leaves.end(data(namespace, secret, "tls.crt")))
                .isAfter(Instant.now().plus(Duration.ofDays(80))));
    assertThat(data(namespace, secret, "tls.key")).isNotEqualTo(leaf.key());
    quickstart.ready();
    assertThat(quickstart.ranks("{.items[*].metadata.uid}")).isEqualTo(pods);
    assertThat(quickstart.get(Quickstart.SET, "{.metadata.generation}")).isEqualTo(generation);
  }

  private String data(String namespace, String secret, String entry) {
    return decoded(cluster.kubectl("-n", namespace, "get", "secret", secret, "-o", path(entry)));
  }

  private static String path(String entry) {
    return "jsonpath={.data.%s}".formatted(entry.replace(".", "\\."));
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64.strip()));
  }

  private static String json(String text) {
    return text.replace("\n", "\\n");
  }
}
