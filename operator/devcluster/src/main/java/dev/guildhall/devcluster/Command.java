package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of an outside program to its end.
 *
 * @param argv program and arguments
 * @param environment what is set besides the caller's environment
 * @param directory where it runs
 * @param input what it reads
 * @param limit after which it is killed
 */
public record Command(
    List<String> argv,
    Map<String, String> environment,
    Path directory,
    String input,
    Duration limit) {

  private static final int SHOWN = 2000;

  /** What a program wrote and how it ended. */
  public record Result(int exit, String out, String err) {

    /** Whether it exited with 0. */
    public boolean ok() {
      return exit == 0;
    }
  }

  /** A command with no input and a limit of two minutes. */
  public static Command of(String... argv) {
    return of(List.of(argv));
  }

  /** A command with no input and a limit of two minutes. */
  public static Command of(List<String> argv) {
    return new Command(argv, Map.of(), Path.of("."), "", Duration.ofMinutes(2));
  }

  /** The same with other variables. */
  public Command with(Map<String, String> variables) {
    return new Command(argv, variables, directory, input, limit);
  }

  /** The same in another folder. */
  public Command in(Path folder) {
    return new Command(argv, environment, folder, input, limit);
  }

  /** The same with something to read. */
  public Command reading(String text) {
    return new Command(argv, environment, directory, text, limit);
  }

  /** The same with another limit. */
  public Command within(Duration time) {
    return new Command(argv, environment, directory, input, time);
  }

  /**
   * Runs it and returns standard output.
   *
   * @throws DevClusterException if it cannot be run, exits with another code than 0, or takes too
   *     long
   */
  public String run() {
    Result result = attempt();
    if (!result.ok()) {
      throw new DevClusterException(
          "`%s` failed with exit code %d: %s".formatted(shown(), result.exit(), tail(result)));
    }
    return result.out();
  }

  /**
   * Runs it and returns how it ended.
   *
   * @throws DevClusterException if it cannot be run or takes too long
   */
  public Result attempt() {
    Path out = null;
    Path err = null;
    try {
      out = Files.createTempFile("guildhall", ".out");
      err = Files.createTempFile("guildhall", ".err");
      ProcessBuilder builder = new ProcessBuilder(argv).directory(directory.toFile());
      builder.environment().putAll(environment);
      builder.environment().merge("PATH", "/usr/sbin:/sbin", (have, more) -> have + ":" + more);
      builder.redirectOutput(out.toFile()).redirectError(err.toFile());
      Process process = builder.start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException closedEarly) {
        // The program ended before it read its input; its exit code says why.
        process.onExit();
      }
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new DevClusterException("`%s` took over %s".formatted(shown(), limit));
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new DevClusterException("`%s` cannot be run: %s".formatted(shown(), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevClusterException("`%s` was interrupted".formatted(shown()), e);
    } finally {
      delete(out);
      delete(err);
    }
  }

  private String shown() {
    String line = String.join(" ", argv);
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }

  private static String tail(Result result) {
    String text = (result.err().isBlank() ? result.out() : result.err()).strip();
    return text.length() > SHOWN ? "..." + text.substring(text.length() - SHOWN) : text;
  }

  private static void delete(Path file) {
    if (file != null) {
      file.toFile().delete();
    }
  }
}
