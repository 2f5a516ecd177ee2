package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.AuditEvent;
import dev.guildhall.devcluster.DevCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The quickstart's deployment, ready before each test; after each, deleting it leaves nothing
 * behind. Between them, what tests ask and say.
 */
final class Quickstart implements BeforeEachCallback, AfterEachCallback {

  static final String DEPLOYMENT = "modeldeployment/small-v3";
  static final String SET = "statefulset/small-v3-unified-0";

  private static final String OWNED =
      "servingroles,expertplacements,statefulsets,services,configmaps,secrets,jobs,pods,networkpolicies,pdb";

  private final Supplier<DevCluster> cluster;
  private final String owned;

  private Quickstart(Supplier<DevCluster> cluster, String owned) {
    this.cluster = cluster;
    this.owned = owned;
  }

  /** On a cluster, asked for when the first test begins. */
  static Quickstart on(Supplier<DevCluster> cluster) {
    return new Quickstart(cluster, OWNED + ",podgroups");
  }

  /** On a cluster that serves no PodGroup. */
  static Quickstart withoutPodGroups(Supplier<DevCluster> cluster) {
    return new Quickstart(cluster, OWNED);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    apply();
    ready();
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    kubectl("delete", "modeldeployment", "--all", "--timeout=30s");
    Eventually.holds(
        () ->
            assertThat(
                    kubectl(
                        "get", OWNED, "-l", "app.kubernetes.io/managed-by=guildhall", "-o", "name"))
                .isBlank());
  }

  /** Applies pool, tenant, rate card and deployment as they are in the sample. */
  void apply() throws IOException {
    cluster.get().apply(Samples.POOL);
    cluster.get().apply(Files.readString(Site.ROOT.resolve("manifests/samples/quickstart.yaml")));
  }

  /** Waits until the deployment is. */
  void ready() {
    kubectl("wait", DEPLOYMENT, "--for=condition=Ready", "--timeout=90s");
  }

  /** Runs kubectl in the quickstart's namespace. */
  String kubectl(String... arguments) {
    var all = new String[arguments.length + 2];
    all[0] = "-n";
    all[1] = "quickstart";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return cluster.get().kubectl(all).strip();
  }

  /** What a JSONPath of an object says. */
  String get(String what, String path) {
    return kubectl("get", what, "-o", "jsonpath=" + path);
  }

  /** A field of a condition of the deployment. */
  String condition(String type, String field) {
    return condition(DEPLOYMENT, type, field);
  }

  /** A field of a condition. */
  String condition(String what, String type, String field) {
    return get(what, "{.status.conditions[?(@.type=='%s')].%s}".formatted(type, field));
  }

  /** What a JSONPath of the list of rank pods says. */
  String ranks(String path) {
    return kubectl(
        "get", "pods", "-l", "app.kubernetes.io/component=rank", "-o", "jsonpath=" + path);
  }

  /** Replaces a field of the deployment; the value is JSON. */
  void set(String path, String value) {
    kubectl(
        "patch",
        DEPLOYMENT,
        "--type=json",
        "-p",
        "[{\"op\":\"add\",\"path\":\"%s\",\"value\":%s}]".formatted(path, value));
  }

  void remove(String path) {
    kubectl(
        "patch",
        DEPLOYMENT,
        "--type=json",
        "-p",
        "[{\"op\":\"remove\",\"path\":\"%s\"}]".formatted(path));
  }

  /** Waits until the deployment is stalled for this reason, in these words. */
  void stalled(String reason, String... words) throws InterruptedException {
    stalledAt(DEPLOYMENT, reason, words);
  }

  /** The same for any resource. */
  void stalledAt(String what, String reason, String... words) throws InterruptedException {
    Eventually.holds(
        () -> {
          assertThat(condition(what, "Stalled", "reason")).isEqualTo(reason);
          assertThat(condition(what, "Stalled", "message")).contains(words);
          assertThat(condition(what, "Ready", "status")).isEqualTo("False");
          assertThat(get(what, "{.status.observedGeneration}"))
              .isEqualTo(get(what, "{.metadata.generation}"));
        });
  }

  /** What the gateway is told. */
  String routes() {
    var data =
        cluster
            .get()
            .kubectl(
                "-n",
                "guildhall-system",
                "get",
                "secret",
                "guildhall-gateway-routes",
                "-o",
                "jsonpath={.data.gateway\\.json}");
    return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
  }

  /** What the operator asked of the API server since a mark of its audit log. */
  List<AuditEvent> operatorEvents(long mark) {
    return cluster.get().auditLog().since(mark).stream()
        .filter(event -> event.user().equals(Site.OPERATOR))
        .toList();
  }
}
