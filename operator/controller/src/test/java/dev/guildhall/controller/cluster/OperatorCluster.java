package dev.guildhall.controller.cluster;

import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.Level;
import dev.guildhall.devcluster.Options;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A real API server, controller-manager and scheduler, one node whose kubelet the test plays, and
 * the operator running with the rights of its own service account.
 */
public final class OperatorCluster implements QuarkusTestResourceLifecycleManager {

  static final Path ROOT = Path.of(System.getProperty("guildhall.root"));
  static final String OPERATOR = "system:serviceaccount:guildhall-system:guildhall-operator";

  private static final String SETUP =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: guildhall-system}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: guildhall-operator, namespace: guildhall-system}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: guildhall-operator}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: guildhall-operator}
      subjects: [{kind: ServiceAccount, name: guildhall-operator, namespace: guildhall-system}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: guildhall-operator, namespace: guildhall-system}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: guildhall-operator}
      subjects: [{kind: ServiceAccount, name: guildhall-operator, namespace: guildhall-system}]
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: kubelet, namespace: kube-system}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: played-kubelet}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
      subjects: [{kind: ServiceAccount, name: kubelet, namespace: kube-system}]
      """;

  private static DevCluster cluster;
  private static FakeKubelet kubelet;

  private Path state;

  /** The cluster that the running tests use. */
  static DevCluster cluster() {
    return cluster;
  }

  @Override
  public Map<String, String> start() {
    try {
      state = Files.createTempDirectory("guildhall-operator");
      cluster = DevCluster.forTest(state.resolve("c"), Options.of(Level.SCHEDULED));
      cluster.kubectl(
          "apply",
          "--server-side",
          "-f",
          ROOT.resolve("charts/guildhall-crds/templates").toString());
      cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
      cluster.apply(SETUP);
      cluster.apply(
          Files.readString(ROOT.resolve("operator/controller/src/main/kubernetes/rbac.yaml")));
      kubelet = FakeKubelet.start(played());
      return connection();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> connection() throws IOException {
    return Map.of(
        "quarkus.kubernetes-client.api-server-url", kubeconfig("server"),
        "quarkus.kubernetes-client.ca-cert-data", kubeconfig("certificate-authority-data"),
        "quarkus.kubernetes-client.token", token("guildhall-system", "guildhall-operator"),
        "quarkus.management.port", "0",
        "guildhall.operator.engine-image", "guildhall.dev/engine:test");
  }

  private static Config played() throws IOException {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(kubeconfig("server"))
        .withCaCertData(kubeconfig("certificate-authority-data"))
        .withOauthToken(token("kube-system", "kubelet"))
        .build();
  }

  private static String token(String namespace, String account) {
    return cluster.kubectl("-n", namespace, "create", "token", account, "--duration=2h").strip();
  }

  private static String kubeconfig(String name) throws IOException {
    return field(Files.readString(cluster.kubeconfig()), name);
  }

  private static String field(String kubeconfig, String name) {
    var matcher = Pattern.compile("\"?" + name + "\"?: *\"?([^\"\\s,}]+)").matcher(kubeconfig);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + name + " in the kubeconfig");
    }
    return matcher.group(1);
  }

  @Override
  public void stop() {
    if (kubelet != null) {
      kubelet.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }
}
