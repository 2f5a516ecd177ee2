package dev.guildhall.simulator.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds scenarios: those that come with the simulator by name, others by file. */
public final class Scenarios {

  /** The scenario used unless told otherwise. */
  public static final String DEFAULT = "deepseek-v3-h800";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  private Scenarios() {}

  /**
   * A scenario.
   *
   * @param nameOrFile {@code deepseek-v3-h800}, {@code small-v3-cpu}, or a JSON file
   * @throws IllegalArgumentException where there is none, or the file is not a scenario
   */
  public static Scenario read(String nameOrFile) throws IOException {
    try (InputStream known =
        Scenarios.class.getResourceAsStream("/dev/guildhall/simulator/" + nameOrFile + ".json")) {
      if (known != null) {
        return JSON.readValue(known, Scenario.class);
      }
      var file = Path.of(nameOrFile);
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException(
            "no scenario and no file is named " + nameOrFile + "; try " + DEFAULT);
      }
      return JSON.readValue(Files.readAllBytes(file), Scenario.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "scenario " + nameOrFile + ": " + e.getOriginalMessage(), e);
    }
  }
}
