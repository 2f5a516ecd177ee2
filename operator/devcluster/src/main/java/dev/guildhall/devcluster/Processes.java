package dev.guildhall.devcluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The cluster's long-running processes. Each has a file with its process id, the kernel's start
 * time of that process (so that a reused id is never taken for it) and a digest of its command.
 */
final class Processes {

  private final Layout layout;

  Processes(Layout layout) {
    this.layout = layout;
  }

  private record Entry(long pid, String started, String command) {}

  /** Whether the process runs with exactly this command. */
  boolean running(String name, List<String> command) {
    return entry(name).filter(e -> e.command().equals(key(command))).isPresent();
  }

  /** Whether the process runs, whatever its command. */
  boolean running(String name) {
    return entry(name).isPresent();
  }

  /**
   * Starts a process that outlives this one, in a session of its own, its output in the log folder.
   */
  void start(String name, List<String> command) throws IOException {
    List<String> argv = new ArrayList<>(List.of("setsid"));
    argv.addAll(command);
    File log = layout.log(name + ".log").toFile();
    ProcessBuilder builder = new ProcessBuilder(argv).directory(layout.root().toFile());
    builder.redirectInput(new File("/dev/null")).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    builder.environment().merge("PATH", "/usr/sbin:/sbin", (have, more) -> have + ":" + more);
    builder.environment().remove("KUBECONFIG");
    Process process = builder.start();
    Path file = pidFile(name);
    Path staging = file.resolveSibling(file.getFileName() + ".partial");
    Files.writeString(
        staging,
        "%d %s %s%n".formatted(process.pid(), startTime(process.pid()).orElse("-"), key(command)));
    Files.move(staging, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Ends a process: politely first, by force when the grace is over. Does nothing if it is gone.
   */
  void stop(String name, Duration grace) throws IOException {
    Optional<Entry> entry = entry(name);
    if (entry.isPresent()) {
      Optional<ProcessHandle> handle = ProcessHandle.of(entry.get().pid());
      if (handle.isPresent() && handle.get().destroy() && !gone(handle.get(), grace)) {
        handle.get().destroyForcibly();
        gone(handle.get(), Duration.ofSeconds(5));
      }
    }
    Files.deleteIfExists(pidFile(name));
  }

  /** The last lines of a process's log, for an error message. */
  String logTail(String name) {
    try {
      List<String> lines = Files.readAllLines(layout.log(name + ".log"));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()));
    } catch (IOException e) {
      return "(no log)";
    }
  }

  private static boolean gone(ProcessHandle handle, Duration within) {
    try {
      handle.onExit().get(within.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      return !handle.isAlive();
    }
  }

  private Optional<Entry> entry(String name) {
    try {
      String[] parts = Files.readString(pidFile(name)).strip().split(" ");
      Entry entry = new Entry(Long.parseLong(parts[0]), parts[1], parts[2]);
      return startTime(entry.pid()).filter(entry.started()::equals).map(same -> entry);
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /** Field 22 of the process's stat line, in clock ticks since boot; absent for a zombie. */
  private static Optional<String> startTime(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", "" + pid, "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return fields[0].equals("Z") ? Optional.empty() : Optional.of(fields[19]);
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  private static String key(List<String> command) {
    Digest digest = new Digest();
    command.forEach(word -> digest.add("word", word));
    return digest.key();
  }

  private Path pidFile(String name) {
    return layout.run(name + ".pid");
  }
}
