package dev.guildhall.gateway.routes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Routes from a file and the certificates beside it. Looks once a second at times and sizes (a
 * mounted Secret changes by swapping a symbolic link, which file notification does not report), and
 * reads again when one differs.
 */
final class RoutesFile implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(RoutesFile.class);
  private static final List<String> BESIDE = List.of("ca.crt", "tls.crt", "tls.key", "salt.key");

  private final Path path;
  private final Routes routes;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("routes-file").factory());
  private String seen = "";

  RoutesFile(Path path, Routes routes) {
    this.path = path.toAbsolutePath();
    this.routes = routes;
  }

  void start() {
    look();
    timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  private void look() {
    try {
      String stamp = stamp();
      if (!stamp.equals(seen)) {
        routes.offer(read());
        seen = stamp;
      }
    } catch (IOException e) {
      LOG.debugf("cannot read %s: %s", path, e);
    } catch (RuntimeException e) {
      LOG.error("cannot use routes from " + path, e);
    }
  }

  private String stamp() throws IOException {
    StringBuilder stamp = new StringBuilder();
    for (Path file : files().values()) {
      stamp.append(file).append(Files.getLastModifiedTime(file)).append(Files.size(file));
    }
    return stamp.toString();
  }

  private Map<String, byte[]> read() throws IOException {
    Map<String, byte[]> contents = new HashMap<>();
    for (var file : files().entrySet()) {
      contents.put(file.getKey(), Files.readAllBytes(file.getValue()));
    }
    return contents;
  }

  private Map<String, Path> files() {
    Map<String, Path> files = new HashMap<>();
    files.put("gateway.json", path);
    for (String name : BESIDE) {
      Path file = path.resolveSibling(name);
      if (Files.exists(file)) {
        files.put(name, file);
      }
    }
    return files;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
