package dev.guildhall.cli.e2e;

import dev.guildhall.cli.Checkout;
import dev.guildhall.cli.up.Kubectl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the commands a person would type, as a person would. */
final class Shell {

  /** What a command printed and how it ended. */
  record Result(int code, String out) {
    String orFail() {
      if (code != 0) {
        throw new AssertionError("exit code " + code + ":\n" + out);
      }
      return out;
    }
  }

  private Shell() {}

  static Result guildhall(Duration limit, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Checkout.root().resolve("guildhall").toString());
    command.addAll(List.of(arguments));
    return run(limit, new ProcessBuilder(command));
  }

  /**
   * The kubectl that {@code guildhall kubectl} runs, without a Java process for each look: these
   * took a fourth of the machine that the ranks are on.
   */
  static Result kubectl(String... arguments) {
    return run(Duration.ofMinutes(5), Kubectl.process(List.of(arguments)));
  }

  private static Result run(Duration limit, ProcessBuilder builder) {
    String command = String.join(" ", builder.command());
    try {
      Process process =
          builder.directory(Checkout.root().toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      StringBuilder out = new StringBuilder();
      Thread reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
                      lines.lines().forEach(line -> out.append(line).append('\n'));
                    } catch (IOException e) {
                      out.append("(output lost: ").append(e.getMessage()).append(")\n");
                    }
                  });
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(command + " ran past " + limit + ", output so far:\n" + out);
      }
      reader.join(5_000);
      return new Result(process.exitValue(), out.toString());
    } catch (IOException e) {
      throw new AssertionError(command + " did not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
