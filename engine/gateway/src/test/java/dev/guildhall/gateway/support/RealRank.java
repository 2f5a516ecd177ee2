package dev.guildhall.gateway.support;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A real rank process that serves the small checkpoint on the CPU, and a ledger in memory. */
public final class RealRank implements QuarkusTestResourceLifecycleManager {

  private Process rank;
  private FakeLedger ledger;

  @Override
  public Map<String, String> start() {
    try {
      Path folder = Files.createTempDirectory("gateway-real");
      int grpc = freePort();
      int http = freePort();
      rank = start(grpc, http, folder.resolve("rank.log"));
      ledger = new FakeLedger();
      Files.writeString(
          folder.resolve("gateway.json"),
          Stack.routes("127.0.0.1:" + grpc, "127.0.0.1:1", "127.0.0.1:1"));
      Await.until("the rank is ready, see " + folder, () -> ready(http));
      return Map.of(
          "guildhall.gateway.routes",
          "file:" + folder.resolve("gateway.json"),
          "guildhall.gateway.ledger.url",
          ledger.url(),
          "guildhall.gateway.ledger.charge-wait",
          "5s",
          "guildhall.gateway.spool-dir",
          folder.resolve("spool").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process start(int grpc, int http, Path log) throws IOException {
    ProcessBuilder process =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.guildhall.engine.server.RankServer"));
    process
        .environment()
        .putAll(
            Map.of(
                "GUILDHALL_MODEL_DIR", Stack.model().toAbsolutePath().toString(),
                "GUILDHALL_MODEL_NAME", "small-v3",
                "GUILDHALL_GROUP", "solo-0",
                "GUILDHALL_RANK", "0",
                "GUILDHALL_RANKS", "1",
                "GUILDHALL_PEERS", "127.0.0.1:" + grpc,
                "GUILDHALL_BACKEND", "cpu",
                "GUILDHALL_GRPC_PORT", Integer.toString(grpc),
                "GUILDHALL_HTTP_PORT", Integer.toString(http)));
    return process.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private boolean ready(int port) {
    if (!rank.isAlive()) {
      throw new AssertionError("the rank process ended with status " + rank.exitValue());
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz")).build();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Below those that outgoing connections get, of which there are many meanwhile. */
  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Somebody has it; another one will do.
      }
    }
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(ledger, field -> field.getName().equals("ledger"));
  }

  @Override
  public void stop() {
    if (ledger != null) {
      ledger.close();
    }
    if (rank != null) {
      rank.destroy();
      try {
        if (!rank.waitFor(20, TimeUnit.SECONDS)) {
          rank.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        rank.destroyForcibly();
      }
    }
  }
}
