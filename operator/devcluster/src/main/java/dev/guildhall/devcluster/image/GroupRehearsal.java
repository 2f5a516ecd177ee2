package dev.guildhall.devcluster.image;

import dev.guildhall.devcluster.CertificateAuthority;
import dev.guildhall.devcluster.DevClusterException;
import dev.guildhall.devcluster.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Two ranks of the engine on loopback: they load a model, find each other over TLS, draw a token
 * together, show their pages and end. The first one is watched.
 */
final class GroupRehearsal implements Rehearsal {

  private static final int RANKS = 2;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long LOOK_MILLIS = 100;
  private static final List<String> PAGES = List.of("livez", "metrics", "experts", "group");

  private final Path model;

  GroupRehearsal(Path model) {
    this.model = model;
  }

  @Override
  public void run(Command command, List<String> more, Path folder) throws IOException {
    Path tls = Files.createDirectory(folder.resolve("tls"));
    CertificateAuthority.in(tls, "ca").issue("tls", "CN=rehearsal", List.of("DNS:localhost"));
    List<Integer> ports = FreePorts.choose(2 * RANKS);
    List<Process> ranks = new ArrayList<>();
    try {
      for (int rank = 0; rank < RANKS; rank++) {
        List<String> argv = new ArrayList<>(command.java());
        argv.addAll(rank == 0 ? more : List.of());
        argv.addAll(List.of("-jar", command.jar().toString()));
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.redirectOutput(log(folder, rank).toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("GUILDHALL_"));
        builder.environment().putAll(environment(rank, ports, tls));
        ranks.add(builder.start());
      }
      for (int rank = 0; rank < RANKS; rank++) {
        awaitReady(ranks.get(rank), ports.get(RANKS + rank), log(folder, rank));
      }
      for (Process rank : ranks) {
        rank.destroy();
      }
      awaitEnd(ranks.getFirst(), log(folder, 0));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevClusterException("interrupted while the engine was rehearsed", e);
    } finally {
      for (Process rank : ranks) {
        rank.descendants().forEach(ProcessHandle::destroyForcibly);
        rank.destroyForcibly();
      }
    }
  }

  private static Path log(Path folder, int rank) {
    return folder.resolve("rank-%d.log".formatted(rank));
  }

  private Map<String, String> environment(int rank, List<Integer> ports, Path tls) {
    return Map.ofEntries(
        Map.entry("GUILDHALL_BACKEND", "cpu"),
        Map.entry("GUILDHALL_MODEL_DIR", model.toString()),
        Map.entry("GUILDHALL_GROUP", "rehearsal"),
        Map.entry("GUILDHALL_RANK", String.valueOf(rank)),
        Map.entry("GUILDHALL_RANKS", String.valueOf(RANKS)),
        Map.entry(
            "GUILDHALL_PEERS",
            IntStream.range(0, RANKS)
                .mapToObj(peer -> "localhost:" + ports.get(peer))
                .collect(Collectors.joining(","))),
        Map.entry("GUILDHALL_GRPC_PORT", String.valueOf(ports.get(rank))),
        Map.entry("GUILDHALL_HTTP_PORT", String.valueOf(ports.get(RANKS + rank))),
        Map.entry("GUILDHALL_TLS_DIR", tls.toString()),
        Map.entry("GUILDHALL_DRAIN_SECONDS", "1"));
  }

  private static void awaitReady(Process rank, int port, Path log)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (status(http, port, "readyz") != 200) {
        if (!rank.isAlive() || System.nanoTime() > end) {
          throw failed("did not get ready", log);
        }
        Thread.sleep(LOOK_MILLIS);
      }
      for (String page : PAGES) {
        status(http, port, page);
      }
    }
  }

  /** 0 while nobody answers. */
  private static int status(HttpClient http, int port, String page) throws InterruptedException {
    URI uri = URI.create("http://127.0.0.1:%d/%s".formatted(port, page));
    try {
      return http.send(
              HttpRequest.newBuilder(uri).timeout(LIMIT).build(), BodyHandlers.discarding())
          .statusCode();
    } catch (IOException notYet) {
      return 0;
    }
  }

  private static void awaitEnd(Process rank, Path log) throws IOException, InterruptedException {
    if (!rank.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw failed("did not end", log);
    }
  }

  private static DevClusterException failed(String what, Path log) throws IOException {
    return new DevClusterException(
        "a rank that rehearses for the engine's image %s; it said:%n%s"
            .formatted(what, Files.readString(log)));
  }
}
