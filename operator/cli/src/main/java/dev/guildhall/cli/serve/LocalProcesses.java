package dev.guildhall.cli.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The command lines of ledger, ranks and gateway. */
final class LocalProcesses {
  private static final String LEDGER = "operator/ledger/target/quarkus-app/quarkus-run.jar";
  private static final String GATEWAY = "engine/gateway/target/quarkus-app/quarkus-run.jar";

  private final Path root;
  private final Children children;
  private final LocalState state;
  private final LocalPorts ports;

  LocalProcesses(Path root, Children children, LocalState state, LocalPorts ports) {
    this.root = root;
    this.children = children;
    this.state = state;
    this.ports = ports;
  }

  void start(LocalModel model) throws IOException {
    children.start("ledger", ledger(), Map.of());
    for (int rank = 0; rank < model.ranks(); rank++) {
      children.start("rank-" + rank, rank(), environment(model, rank));
    }
    children.start("gateway", gateway(), Map.of());
  }

  private List<String> ledger() {
    List<String> command = java("128m");
    command.addAll(quarkus(ports.ledger(), ports.ledgerManagement()));
    command.add("-Dguildhall.ledger.data=" + state.file("ledger"));
    command.add("-Dguildhall.ledger.auth=token-file:" + state.file("ledger-tokens"));
    return jar(command, root.resolve(LEDGER));
  }

  private List<String> gateway() {
    List<String> command = java("256m");
    command.addAll(quarkus(ports.gateway(), ports.gatewayManagement()));
    command.add("-Dguildhall.gateway.routes=file:" + state.file("gateway.json"));
    command.add("-Dguildhall.gateway.spool-dir=" + state.file("gateway-spool"));
    command.add("-Dguildhall.gateway.ledger.url=" + ports.ledgerUrl());
    command.add("-Dguildhall.gateway.ledger.token-file=" + state.file("gateway-token"));
    return jar(command, root.resolve(GATEWAY));
  }

  private List<String> rank() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("engine/server/target"))) {
      Path jar =
          files
              .filter(f -> f.getFileName().toString().matches("guildhall-engine-server-.*\\.jar"))
              .findFirst()
              .orElseThrow(() -> missing("engine/server/target/guildhall-engine-server-*.jar"));
      return jar(java(null), jar);
    }
  }

  private Map<String, String> environment(LocalModel model, int rank) {
    return Map.of(
        "GUILDHALL_BACKEND", model.backend(),
        "GUILDHALL_MODEL_DIR", model.folder().toString(),
        "GUILDHALL_MODEL_NAME", model.name(),
        "GUILDHALL_GROUP", "local",
        "GUILDHALL_RANK", String.valueOf(rank),
        "GUILDHALL_RANKS", String.valueOf(model.ranks()),
        "GUILDHALL_PEERS", String.join(",", ports.peers()),
        "GUILDHALL_GRPC_PORT", String.valueOf(ports.grpc().get(rank)),
        "GUILDHALL_HTTP_PORT", String.valueOf(ports.http().get(rank)),
        "GUILDHALL_DRAIN_SECONDS", "3");
  }

  /** The start of a Java command line; the heap is the machine's default if null. */
  private static List<String> java(String heap) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-XX:+UseSerialGC");
    if (heap != null) {
      command.add("-Xmx" + heap);
    }
    return command;
  }

  private static List<String> quarkus(int port, int management) {
    return List.of(
        "-Dquarkus.http.host=127.0.0.1",
        "-Dquarkus.http.port=" + port,
        "-Dquarkus.management.host=127.0.0.1",
        "-Dquarkus.management.port=" + management,
        "-Dquarkus.shutdown.timeout=3S");
  }

  private static List<String> jar(List<String> command, Path jar) {
    if (!Files.exists(jar)) {
      throw missing(jar.toString());
    }
    command.add("-jar");
    command.add(jar.toString());
    return command;
  }

  private static ServeException missing(String jar) {
    return new ServeException(jar + " is missing; build it with ./mvnw -DskipTests package");
  }
}
