package dev.guildhall.cli.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Processes that end with this one. Each logs to a file of its name. */
final class Children implements AutoCloseable {
  private static final int TAIL_LINES = 15;

  private final Path logs;
  private final Map<String, Process> processes = new LinkedHashMap<>();
  private boolean closing;

  Children(Path logs) throws IOException {
    this.logs = Files.createDirectories(logs);
  }

  synchronized void start(String name, List<String> command, Map<String, String> environment)
      throws IOException {
    if (closing) {
      throw new ServeException("stopping");
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log(name).toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    processes.put(name, process);
  }

  private Path log(String name) {
    return logs.resolve(name + ".log");
  }

  /**
   * @throws ServeException with the end of its log, if one has ended
   */
  synchronized void requireAlive() {
    processes.forEach(
        (name, process) -> {
          if (!process.isAlive() && !closing) {
            throw new ServeException(
                "%s ended with status %d; the end of %s:%n%s"
                    .formatted(name, process.exitValue(), log(name), tail(name)));
          }
        });
  }

  private String tail(String name) {
    try {
      List<String> lines = Files.readAllLines(log(name));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Waits until a process ends, which none does by itself. */
  void awaitFirstExit() {
    CompletableFuture<?>[] exits;
    synchronized (this) {
      exits = processes.values().stream().map(Process::onExit).toArray(CompletableFuture<?>[]::new);
    }
    CompletableFuture.anyOf(exits).join();
    requireAlive();
  }

  /** Asks all to stop, the last started first, and insists after ten seconds. */
  @Override
  public synchronized void close() {
    closing = true;
    List<Process> all = List.copyOf(processes.values()).reversed();
    all.forEach(Process::destroy);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    for (Process process : all) {
      try {
        if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
