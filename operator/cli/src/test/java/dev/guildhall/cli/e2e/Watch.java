package dev.guildhall.cli.e2e;

import dev.guildhall.cli.up.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Follows a field of an object in the quickstart's namespace: each value that it has, be it for a
 * moment only, which looks every now and then would miss.
 */
final class Watch implements AutoCloseable {
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Process process;

  /** Begins with the value of now. */
  Watch(String what, String path) throws IOException {
    process =
        Kubectl.process(
                List.of(
                    "-n",
                    "quickstart",
                    "get",
                    what,
                    "--watch",
                    "-o",
                    "jsonpath=" + path + "{\"\\n\"}"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines.lines().forEach(seen::add);
    } catch (UncheckedIOException | IOException closed) {
      seen.add("(the watch ended: " + closed.getMessage() + ")");
    }
  }

  /** All values so far, in order. */
  List<String> seen() {
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
