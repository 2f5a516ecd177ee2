package dev.guildhall.engine.cuda.toolchain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** One run of an outside program to its end. */
final class Tool {
  private static final int SHOWN = 4000;

  private Tool() {}

  /**
   * Runs a program in {@code folder} and returns what it wrote to both of its outputs.
   *
   * @throws ToolchainException if it cannot be started or exits with another code than 0
   */
  static String run(Path folder, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      if (exit != 0) {
        throw new ToolchainException(
            "`%s` failed with exit code %d: %s"
                .formatted(String.join(" ", command), exit, tail(output)));
      }
      return output;
    } catch (IOException e) {
      throw new ToolchainException(
          "`%s` cannot be run: %s".formatted(command.getFirst(), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolchainException("`%s` was interrupted".formatted(command.getFirst()), e);
    }
  }

  private static String tail(String text) {
    String stripped = text.strip();
    return stripped.length() > SHOWN
        ? "..." + stripped.substring(stripped.length() - SHOWN)
        : stripped;
  }
}
