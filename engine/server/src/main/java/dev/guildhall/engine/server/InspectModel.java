package dev.guildhall.engine.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.engine.model.ModelDigest;
import dev.guildhall.engine.model.ModelException;
import dev.guildhall.engine.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Looks at a model's folder without computing anything: {@code rank inspect}. Writes one line of
 * JSON, {@code {"digest":"sha256:…", "config":{…}}} or {@code {"error":"…"}}, to the container's
 * termination message, which Kubernetes keeps (at most 4,096 bytes).
 */
final class InspectModel {

  private static final Path TERMINATION_MESSAGE = Path.of("/dev/termination-log");
  private static final int LONGEST_ERROR = 2000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private InspectModel() {}

  /**
   * Inspects the folder that the environment names. Returns the exit status: 0, or 2 where the
   * folder holds no model.
   */
  static int run(Map<String, String> environment) throws IOException {
    var folder = environment.get("GUILDHALL_MODEL_DIR");
    if (folder == null) {
      System.err.println("guildhall rank: inspect needs GUILDHALL_MODEL_DIR");
      return 2;
    }
    return run(Path.of(folder), TERMINATION_MESSAGE);
  }

  /** Inspects a folder and writes the report to a file. */
  static int run(Path folder, Path report) throws IOException {
    try {
      Weights.open(folder).close();
      var config = JSON.readTree(Files.readAllBytes(folder.resolve("config.json")));
      Files.writeString(
          report,
          JSON.writeValueAsString(Map.of("digest", ModelDigest.of(folder), "config", config)));
      return 0;
    } catch (ModelException e) {
      var message = e.getMessage();
      var error = message.substring(0, Math.min(LONGEST_ERROR, message.length()));
      System.err.println("guildhall rank: " + message);
      Files.writeString(report, JSON.writeValueAsString(Map.of("error", error)));
      return 2;
    }
  }
}
