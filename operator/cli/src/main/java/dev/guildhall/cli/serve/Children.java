package dev.guildhall.cli.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Processes that end with this one, also when this one is killed: the kernel then sends them
 * SIGTERM (Linux, by setpriv of util-linux). They are in sessions of their own, so that Ctrl-C
 * reaches only this process, which stops them in order. Each logs to a file of its name.
 */
final class Children implements AutoCloseable {
  private static final int TAIL_LINES = 15;
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

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
    ProcessBuilder builder = new ProcessBuilder(tied(command));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log(name).toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    processes.put(name, process);
  }

  /**
   * The signal comes when the thread that started the child ends, so start them on the main thread.
   */
  private static List<String> tied(List<String> command) {
    if (!Files.isExecutable(SETSID) || !Files.isExecutable(SETPRIV)) {
      return command;
    }
    List<String> tied =
        new ArrayList<>(List.of(SETSID.toString(), SETPRIV.toString(), "--pdeathsig", "TERM"));
    tied.addAll(command);
    return tied;
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
  public void close() {
    stop("");
  }

  /** Asks those whose names begin so to stop, and insists after ten seconds. */
  synchronized void stop(String prefix) {
    closing = true;
    List<Process> all =
        processes.entrySet().stream()
            .filter(each -> each.getKey().startsWith(prefix))
            .map(Map.Entry::getValue)
            .toList()
            .reversed();
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
