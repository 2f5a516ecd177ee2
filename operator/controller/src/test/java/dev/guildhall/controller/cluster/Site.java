package dev.guildhall.controller.cluster;

import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.Options;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where an operator can run: a real API server, controller-manager and scheduler, the CRDs, the
 * operator's service account with its rights, and one node whose kubelet the test plays.
 */
final class Site implements AutoCloseable {

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

  private final DevCluster cluster;
  private final FakeKubelet kubelet;

  /** Starts it all, with a cluster of level SCHEDULED or more. */
  Site(Options options) throws IOException {
    var state = Files.createTempDirectory("guildhall-operator");
    cluster = DevCluster.forTest(state.resolve("c"), options);
    cluster.kubectl(
        "apply", "--server-side", "-f", ROOT.resolve("charts/guildhall-crds/templates").toString());
    cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    cluster.apply(SETUP);
    cluster.apply(
        Files.readString(ROOT.resolve("operator/controller/src/main/kubernetes/rbac.yaml")));
    kubelet = FakeKubelet.start(played());
  }

  DevCluster cluster() {
    return cluster;
  }

  /** Configuration of an operator that acts as its service account. */
  Map<String, String> connection() throws IOException {
    return Map.of(
        "quarkus.kubernetes-client.api-server-url",
        kubeconfig("server"),
        "quarkus.kubernetes-client.ca-cert-data",
        kubeconfig("certificate-authority-data"),
        "quarkus.kubernetes-client.token",
        token("guildhall-system", "guildhall-operator"),
        "guildhall.operator.engine-image",
        "guildhall.dev/engine:test");
  }

  private Config played() throws IOException {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(kubeconfig("server"))
        .withCaCertData(kubeconfig("certificate-authority-data"))
        .withOauthToken(token("kube-system", "kubelet"))
        .build();
  }

  private String token(String namespace, String account) {
    return cluster.kubectl("-n", namespace, "create", "token", account, "--duration=2h").strip();
  }

  private String kubeconfig(String name) throws IOException {
    var text = Files.readString(cluster.kubeconfig());
    var matcher = Pattern.compile("\"?" + name + "\"?: *\"?([^\"\\s,}]+)").matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + name + " in the kubeconfig");
    }
    return matcher.group(1);
  }

  @Override
  public void close() {
    kubelet.close();
    cluster.close();
  }
}
