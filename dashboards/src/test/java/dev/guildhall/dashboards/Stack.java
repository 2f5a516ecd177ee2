package dev.guildhall.dashboards;

import dev.guildhall.devcluster.DevCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The real processes on this machine: ledger, one rank with the small checkpoint, gateway, and the
 * operator with a real API server.
 */
final class Stack implements AutoCloseable {
  private static final Path ROOT = Path.of(System.getProperty("guildhall.root")).toAbsolutePath();
  private static final String KEY = "sk-dashboards-0123456789abcdef";
  private static final String GATEWAY_TOKEN = "gateway-token-0123456789";
  private static final String OPERATOR_TOKEN = "operator-token-0123456789";

  private static final String NODE =
      """
      apiVersion: v1
      kind: Node
      metadata: {name: gpu-0, labels: {guildhall.dev/pool: local}}
      """;

  private final Path folder;
  private final Deque<Runnable> running = new ArrayDeque<>();
  private final Map<String, String> targets = new LinkedHashMap<>();
  private String ledger;
  private String gateway;

  Stack(Path folder) {
    this.folder = folder;
  }

  /** Addresses with metrics by the job name that they have in a cluster. */
  Map<String, String> targets() {
    return targets;
  }

  void start() throws Exception {
    startLedger();
    startGateway(startRank());
    startOperator();
  }

  private void startLedger() throws Exception {
    var tokens =
        Files.writeString(
            folder.resolve("tokens"),
            "gateway:writer-gateway:%s%noperator:writer-operator:%s%n"
                .formatted(GATEWAY_TOKEN, OPERATOR_TOKEN));
    ledger =
        "http://127.0.0.1:"
            + quarkus(
                "ledger",
                "operator/ledger",
                "/q/health/ready",
                Map.of(
                    "GUILDHALL_LEDGER_AUTH",
                    "token-file:" + tokens,
                    "GUILDHALL_LEDGER_DATA",
                    folder.resolve("books").toString()));
    put(
        "/v1/ratecards/standard",
        "{\"currency\": \"USD\", \"prices\": [{\"model\": \"small-v3\", \"inputPerMillion\": \"1\", \"cachedInputPerMillion\": \"0.5\", \"outputPerMillion\": \"2\"}]}");
    put(
        "/v1/tenants/acme",
        "{\"displayName\": \"Acme\", \"rateCard\": \"standard\", \"monthlyBudget\": \"50.00\", \"onExhausted\": \"Reject\"}");
    send(
        "POST",
        ledger + "/v1/node-states",
        OPERATOR_TOKEN,
        """
        {"events": [{"id": "%s", "pool": "local", "node": "n1", "at": "%s", "gpus": 8, "pricePerGpuHour": "2.00", "holdings": [
          {"gpus": 1, "state": "serving", "namespace": "quickstart", "workload": "small-v3", "role": "unified", "group": "small-v3-unified-0", "tenant": "acme", "model": "small-v3"}]}]}
        """
            .formatted(UUID.randomUUID(), Instant.now()));
  }

  private int startRank() throws Exception {
    int grpc = Started.freePort();
    int http = Started.freePort();
    var command =
        java(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx1g",
            "-jar",
            jar("engine/server/target/guildhall-engine-server-0.1.0-SNAPSHOT.jar"));
    var environment = new HashMap<String, String>();
    environment.put(
        "GUILDHALL_MODEL_DIR", ROOT.resolve("manifests/samples/models/small-v3").toString());
    environment.put("GUILDHALL_MODEL_NAME", "small-v3");
    environment.put("GUILDHALL_GROUP", "small-v3-unified-0");
    environment.put("GUILDHALL_RANK", "0");
    environment.put("GUILDHALL_RANKS", "1");
    environment.put("GUILDHALL_PEERS", "127.0.0.1:" + grpc);
    environment.put("GUILDHALL_BACKEND", "cpu");
    environment.put("GUILDHALL_GRPC_PORT", String.valueOf(grpc));
    environment.put("GUILDHALL_HTTP_PORT", String.valueOf(http));
    var rank = new Started("rank", folder, command, environment);
    running.push(rank::close);
    rank.await("http://127.0.0.1:" + http + "/readyz");
    targets.put("guildhall-engine", "127.0.0.1:" + http);
    return grpc;
  }

  private void startGateway(int rank) throws Exception {
    var hash =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(StandardCharsets.UTF_8)));
    var routes =
        Files.writeString(
            folder.resolve("gateway.json"),
            """
            {"models": [{"name": "small-v3", "deployment": "quickstart/small-v3", "maxContextTokens": 1024, "groups": [{"name": "small-v3-unified-0", "ranks": ["127.0.0.1:%d"]}]}],
             "tenants": [{"name": "acme", "models": ["small-v3"], "tokensPerMinute": 1000000, "requestsInFlight": 8, "rateCard": "standard", "keys": [{"id": "acme/default", "sha256": "%s"}]}]}
            """
                .formatted(rank, hash));
    var token = Files.writeString(folder.resolve("gateway-token"), GATEWAY_TOKEN);
    gateway =
        "http://127.0.0.1:"
            + quarkus(
                "gateway",
                "engine/gateway",
                "/q/health/ready",
                Map.of(
                    "GUILDHALL_GATEWAY_ROUTES",
                    "file:" + routes,
                    "GUILDHALL_GATEWAY_LEDGER_URL",
                    ledger,
                    "GUILDHALL_GATEWAY_LEDGER_TOKEN_FILE",
                    token.toString(),
                    "GUILDHALL_GATEWAY_SPOOL_DIR",
                    folder.resolve("spool").toString()));
  }

  private void startOperator() throws Exception {
    var cluster = DevCluster.controlPlane(folder.resolve("cluster"));
    running.push(cluster::close);
    cluster.apply(Files.readString(ROOT.resolve("manifests/base/namespace.yaml")));
    cluster.kubectl(
        "apply", "--server-side", "-k", ROOT.resolve("charts/guildhall-crds").toString());
    cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
    cluster.apply(NODE);
    cluster.kubectl(
        "patch",
        "node/gpu-0",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"allocatable\": {\"nvidia.com/gpu\": \"8\"}}}");
    for (var sample : List.of("pool-local", "quickstart")) {
      cluster.kubectl(
          "apply",
          "--server-side",
          "-f",
          ROOT.resolve("manifests/samples/" + sample + ".yaml").toString());
    }
    quarkus(
        "operator",
        "operator/controller",
        "/livez",
        Map.of(
            "KUBECONFIG", cluster.kubeconfig().toString(), "GUILDHALL_LEADER_ELECTION", "false"));
    inspected(cluster);
  }

  /** Says what the inspection found, as there is nobody to run its Job; so the role is made. */
  private static void inspected(DevCluster cluster) throws Exception {
    String job = "";
    for (int i = 0; i < 60 && job.isEmpty(); i++) {
      TimeUnit.SECONDS.sleep(1);
      job = cluster.kubectl("-n", "quickstart", "get", "jobs", "-o", "name").strip();
    }
    var map = job.replace("job.batch/", "").replace("-inspect-", "-model-");
    cluster.kubectl(
        "-n",
        "quickstart",
        "create",
        "configmap",
        map,
        "--from-literal=digest=sha256:" + "0".repeat(64),
        "--from-file=config.json=" + ROOT.resolve("manifests/samples/models/small-v3/config.json"));
    // The operator looks again when the Job changes.
    cluster.kubectl("-n", "quickstart", "label", job, "dashboards=inspected");
  }

  /** Starts a Quarkus application of the checkout on free ports and returns its HTTP port. */
  private int quarkus(String name, String module, String health, Map<String, String> settings)
      throws Exception {
    int http = Started.freePort();
    int management = Started.freePort();
    var environment = new HashMap<>(settings);
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(http));
    environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    environment.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(management));
    var started =
        new Started(
            name,
            folder,
            java(
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                jar(module + "/target/quarkus-app/quarkus-run.jar")),
            environment);
    running.push(started::close);
    started.await("http://127.0.0.1:" + management + health);
    targets.put("guildhall-" + name + "-metrics", "127.0.0.1:" + management);
    return http;
  }

  /**
   * One completion through the gateway; the prompt is the same each time, so later ones find it in
   * the prefix cache.
   */
  void request() throws Exception {
    var body =
        "{\"model\": \"small-v3\", \"prompt\": \""
            + "Call me Ishmael. Some years ago ".repeat(16)
            + "\", \"max_tokens\": 8, \"temperature\": 0}";
    send("POST", gateway + "/v1/completions", KEY, body);
  }

  private void put(String path, String body) throws Exception {
    send("PUT", ledger + path, OPERATOR_TOKEN, body);
  }

  private static void send(String method, String url, String token, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    var answer = Started.HTTP.send(request, BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(
          "%s %s: %d %s".formatted(method, url, answer.statusCode(), answer.body()));
    }
  }

  private static List<String> java(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private static String jar(String path) throws IOException {
    var jar = ROOT.resolve(path);
    if (!Files.exists(jar)) {
      throw new IOException(
          jar + " is missing: run ./mvnw -B -pl dashboards -am verify, which builds it first");
    }
    return jar.toString();
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      running.pop().run();
    }
  }
}
