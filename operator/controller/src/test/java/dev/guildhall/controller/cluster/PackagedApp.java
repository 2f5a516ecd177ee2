package dev.guildhall.controller.cluster;

import dev.guildhall.devcluster.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A packaged application of the checkout as a process of its own, to be killed and started. */
final class PackagedApp implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path jar;
  private final Path log;
  private final String health;
  private final Map<String, String> environment = new TreeMap<>();
  private final int port;
  private final int management;
  private Process process;

  /**
   * Starts it and waits until it is healthy.
   *
   * @param module its folder in the checkout
   * @param health path on its management port that answers 200 then
   * @param settings configuration by the names of its properties
   */
  PackagedApp(String module, String health, Map<String, String> settings)
      throws IOException, InterruptedException {
    this.jar = Site.ROOT.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing: package " + module + " first");
    }
    this.health = health;
    this.log = Files.createTempFile("guildhall-" + Path.of(module).getFileName(), ".log");
    settings.forEach(
        (name, value) ->
            environment.put(name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT), value));
    var ports = FreePorts.choose(2);
    port = ports.get(0);
    management = ports.get(1);
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(port));
    environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    environment.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(management));
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    start();
  }

  /** Starts it again with the same configuration and ports. */
  void start() throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx384m",
                "-jar",
                jar.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    process = builder.start();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isHealthy()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("does not come up: " + Files.readString(log));
      }
      Thread.sleep(200);
    }
  }

  private boolean isHealthy() throws InterruptedException {
    try {
      return management(health).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** What it shows to Prometheus. */
  String metrics() {
    try {
      return management("/metrics").body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> management(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path)).build(),
        BodyHandlers.ofString());
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Kills it as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Asks it to end, as the kubelet does, and waits until it has. */
  void stop() {
    process.destroy();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
