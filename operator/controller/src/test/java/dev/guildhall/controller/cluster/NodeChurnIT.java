package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.AuditEvent;
import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.InspectionStage;
import dev.guildhall.devcluster.Level;
import dev.guildhall.devcluster.Options;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Groups of eight ranks on 64 nodes of eight GPUs that go in every way that nodes go, on a real
 * control plane with kwok's kubelets. One story, told in order: each part finds what the one before
 * left.
 */
@Tag("cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodeChurnIT {
  private static final int NODES = 64;
  private static final int RANKS = 8;
  private static final int GROUPS = 8;
  private static final int DRAINED = 3;
  private static final String NAMESPACE = "churn";
  private static final String ROLE = "servingrole/small-v3-unified";

  private static final String MANIFEST =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: churn}
      ---
      apiVersion: guildhall.dev/v1alpha1
      kind: GpuNodePool
      metadata: {name: fake}
      spec:
        nodeSelector: {guildhall.dev/pool: fake}
        accelerator: {profile: cpu-simulated}
        pricePerGpuHour: "2.00"
        currency: USD
      ---
      apiVersion: guildhall.dev/v1alpha1
      kind: RateCard
      metadata: {name: churn}
      spec:
        currency: USD
        prices: [{model: small-v3, inputPerMillion: "0.27", cachedInputPerMillion: "0.07", outputPerMillion: "1.10"}]
      ---
      apiVersion: guildhall.dev/v1alpha1
      kind: Tenant
      metadata: {name: churn}
      spec:
        displayName: Churn
        namespaces: [churn]
        models: [small-v3]
        rateCard: churn
        limits: {tokensPerMinute: 200000, requestsInFlight: 32}
      ---
      apiVersion: guildhall.dev/v1alpha1
      kind: ModelDeployment
      metadata: {name: small-v3, namespace: churn}
      spec:
        model: {name: small-v3, source: {image: "guildhall.dev/models/small-v3:1"}}
        backend: cpu
        pool: fake
        tenant: churn
        roles: [{name: unified, kind: Unified, ranksPerGroup: 8, groups: 8, redundantExperts: 0, rollOut: Surge}]
        serving: {maxContextTokens: 2048, cacheTokensPerRank: 4096, maxBatchTokens: 512, drainSeconds: 5}
      """;

  private static Site site;
  private static PackagedApp operator;
  private static KubernetesClient client;
  private static GroupHistory history;

  @BeforeAll
  static void start() throws Exception {
    var config =
        Files.readString(Site.ROOT.resolve("manifests/samples/models/small-v3/config.json"));
    site =
        new Site(
            Options.of(Level.SCHEDULED)
                .withFakeNodes(NODES)
                .withStages(InspectionStage.of(config)));
    site.cluster()
        .kubectl("taint", "nodes", "-l", "guildhall.dev/pool=fake", "kwok.x-k8s.io/node-");
    var settings = new HashMap<>(site.connection());
    settings.put("guildhall.operator.leader-election", "false");
    operator = new PackagedApp("operator/controller", "/livez", settings);
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Files.readString(site.cluster().kubeconfig())))
            .build();
    history = new GroupHistory(client, NAMESPACE, RANKS);
  }

  @AfterAll
  static void stop() {
    try (var _ = site;
        var _ = operator;
        var _ = client;
        var _ = history) {
      assertThat(history.mixed()).as("groups that served in two versions at once").isEmpty();
      assertThat(Rights.denied(site.cluster())).isEmpty();
    }
  }

  private static DevCluster cluster() {
    return site.cluster();
  }

  private static String kubectl(String... arguments) {
    return cluster()
        .kubectl(
            Stream.concat(Stream.of("-n", NAMESPACE), Stream.of(arguments)).toArray(String[]::new))
        .strip();
  }

  /** Nodes that groups run on, each once. */
  private static List<String> hosts() {
    return Stream.of(
            kubectl(
                    "get",
                    "pods",
                    "-l",
                    "guildhall.dev/group",
                    "-o",
                    "jsonpath={.items[*].spec.nodeName}")
                .split(" "))
        .distinct()
        .sorted()
        .toList();
  }

  private static void serve(int groups) throws InterruptedException {
    Eventually.holds(
        () -> {
          assertThat(history.serving()).isEqualTo(groups);
          assertThat(history.torn()).as("groups of which some ranks have no node").isEmpty();
          assertThat(hosts()).as("each group on a node of its own").hasSize(groups);
          assertThat(
                  kubectl(
                      "get", "modeldeployment/small-v3", "-o", "jsonpath={.status.readyGroups}"))
              .isEqualTo(groups + "/" + groups);
        });
  }

  /**
   * What the operator has deleted ranks by, each selector once: a group and a node, or a group and
   * a version. A pass that is behind asks for what is gone already, and changes nothing.
   */
  private static Set<String> deletedByOperator(long mark) {
    return cluster().auditLog().since(mark).stream()
        .filter(e -> e.user().equals(Site.OPERATOR))
        .filter(e -> e.verb().equals("deletecollection") && e.resource().equals("pods"))
        .filter(e -> e.code() == HttpURLConnection.HTTP_OK)
        .map(AuditEvent::uri)
        .collect(Collectors.toSet());
  }

  /** Its kubelet says that it cannot run pods; kwok keeps its hands off it. */
  private static void notReady(String node) {
    kubectl("annotate", "node", node, "kwok.x-k8s.io/node-");
    kubectl(
        "patch",
        "node",
        node,
        "--subresource=status",
        "--type=strategic",
        "-p",
        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"KubeletNotReady\"}]}}");
  }

  @Test
  @Order(1)
  void groupsComeUpAlthoughNodesGoNotReadyMeanwhile() throws Exception {
    cluster().apply(MANIFEST);
    Eventually.holds(() -> assertThat(history.serving()).isPositive());
    var first = hosts();
    var lost = first.subList(0, Math.min(2, first.size()));
    lost.forEach(NodeChurnIT::notReady);
    Eventually.holds(
        () ->
            lost.forEach(
                node ->
                    assertThat(kubectl("get", "node", node, "-o", "jsonpath={.spec.taints[*].key}"))
                        .contains("node.kubernetes.io/not-ready")));
    lost.forEach(node -> kubectl("delete", "node", node));
    // What ran there is collected once its node has been missed for 40 s.
    Eventually.holds(() -> assertThat(hosts()).doesNotContainAnyElementsOf(lost));
    serve(GROUPS);
  }

  @Test
  @Order(2)
  void drainsTakeOneGroupAtATime() throws Exception {
    history.fewest();
    long mark = cluster().auditLog().mark();
    var nodes = hosts().subList(0, DRAINED);
    for (var node : nodes) {
      kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=120s");
    }
    serve(GROUPS);
    assertThat(hosts()).doesNotContainAnyElementsOf(nodes);
    assertThat(history.fewest()).as("one group at a time").isGreaterThanOrEqualTo(GROUPS - 1);
    assertThat(deletedByOperator(mark))
        .as("once a rank is evicted and finds no place beside the others, these follow")
        .hasSizeLessThanOrEqualTo(DRAINED);
    kubectl("uncordon", "-l", "guildhall.dev/pool=fake");
  }

  @Test
  @Order(3)
  void aTaintedAndADeletedNodeCostOneGroupEach() throws Exception {
    history.fewest();
    var nodes = hosts();
    kubectl("taint", "node", nodes.get(0), "broken=gpu:NoExecute");
    kubectl("delete", "node", nodes.get(1));
    Eventually.holds(() -> assertThat(hosts()).doesNotContain(nodes.get(0), nodes.get(1)));
    serve(GROUPS);
    assertThat(history.fewest()).isGreaterThanOrEqualTo(GROUPS - 2);
  }

  @Test
  @Order(4)
  void aRollOutKeepsAllGroupsWhileNodesAreDrainedAndTheRoleIsScaled() throws Exception {
    history.fewest();
    long mark = cluster().auditLog().mark();
    kubectl(
        "patch",
        "modeldeployment/small-v3",
        "--type=merge",
        "-p",
        "{\"spec\":{\"serving\":{\"maxBatchTokens\":256}}}");
    Eventually.holds(() -> assertThat(deletedByOperator(mark)).isNotEmpty());
    kubectl(
        "drain",
        hosts().getLast(),
        "--ignore-daemonsets",
        "--delete-emptydir-data",
        "--timeout=180s");
    kubectl("scale", ROLE, "--replicas=" + (GROUPS + 4));
    serve(GROUPS + 4);
    Eventually.holds(
        () ->
            assertThat(
                    kubectl(
                        "get",
                        "pods",
                        "-l",
                        "guildhall.dev/group",
                        "-o",
                        "jsonpath={.items[*].spec.containers[0].env[?(@.name=='GUILDHALL_MAX_BATCH_TOKENS')].value}"))
                .doesNotContain("512"));
    assertThat(history.fewest())
        .as("one more group than wanted, less one that is replaced and one that is drained")
        .isGreaterThanOrEqualTo(GROUPS - 1);
    assertThat(deletedByOperator(mark))
        .as("each group of the old version, and the one that was drained")
        .hasSizeLessThanOrEqualTo(GROUPS + 1);
  }

  @Test
  @Order(5)
  void whatIsScaledDownAndDeletedLeavesNothing() throws Exception {
    kubectl("scale", ROLE, "--replicas=4");
    serve(4);
    kubectl("delete", "modeldeployment", "--all", "--timeout=60s");
    Eventually.holds(
        () ->
            assertThat(
                    kubectl(
                        "get",
                        "servingroles,expertplacements,statefulsets,services,configmaps,secrets,jobs,pods,pdb,podgroups",
                        "-l",
                        "app.kubernetes.io/managed-by=guildhall",
                        "-o",
                        "name"))
                .isBlank());
    assertThat(history.serving()).isZero();
  }
}
