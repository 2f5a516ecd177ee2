package dev.guildhall.charts;

import java.io.IOException;
import java.nio.file.Path;

/** A finished command: its exit code and what it printed to either stream. */
record Command(int exitCode, String output) {

  static Command run(Path folder, String... command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    var output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    return new Command(process.waitFor(), output);
  }
}
