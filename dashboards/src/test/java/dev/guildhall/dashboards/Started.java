package dev.guildhall.dashboards;

import dev.guildhall.devcluster.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the stack; its output is in a file that a failure quotes. */
final class Started implements AutoCloseable {
  static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /** Patience with a slow machine; a process that ends is noticed at once. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String name;
  private final Path log;
  private final Process process;

  Started(String name, Path folder, List<String> command, Map<String, String> environment)
      throws IOException {
    this.name = name;
    this.log = folder.resolve(name + ".log");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    process = builder.start();
  }

  static int freePort() throws IOException {
    return FreePorts.choose(1).getFirst();
  }

  /** Waits until the address answers with 200. */
  Started await(String url) throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            name + " ended with " + process.exitValue() + ":\n" + tail());
      }
      try {
        if (HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                .statusCode()
            == 200) {
          return this;
        }
      } catch (IOException notYet) {
        // It does not listen yet.
        TimeUnit.MILLISECONDS.sleep(200);
      }
      TimeUnit.MILLISECONDS.sleep(300);
    }
    throw new IllegalStateException(name + " does not answer at " + url + ":\n" + tail());
  }

  String tail() throws IOException {
    var lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
