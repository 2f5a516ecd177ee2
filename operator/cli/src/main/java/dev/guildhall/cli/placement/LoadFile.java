package dev.guildhall.cli.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.planner.placement.ExpertGrid;
import dev.guildhall.planner.placement.InvalidPlacementException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A recorded history of expert loads with the balance that DeepSeek's EPLB reaches on it.
 *
 * @param name the file's name without {@code .json}
 * @param grid experts, slots, groups, ranks and nodes
 * @param windows tokens per window, layer and expert
 * @param eplbBalance EPLB's balancedness of each window, planned on that window
 * @param eplbMoved replicas that EPLB moves into each window; 0 for the first
 */
record LoadFile(
    String name, ExpertGrid grid, double[][][] windows, double[] eplbBalance, int[] eplbMoved) {
  private static final long MOST_BYTES = 256L << 20;

  /** The files of a folder, by name. */
  static List<Path> in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new LoadFileException(folder, "not a folder");
    }
    try (var files = Files.list(folder)) {
      var found = files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
      if (found.isEmpty()) {
        throw new LoadFileException(folder, "no file of expert loads (*.json) in this folder");
      }
      return found;
    }
  }

  /**
   * Reads and checks one file.
   *
   * @throws LoadFileException naming the field that is missing or wrong
   */
  static LoadFile read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new LoadFileException(file, "larger than 256 MiB");
    }
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(file.toFile());
    } catch (com.fasterxml.jackson.core.JsonProcessingException notJson) {
      throw new LoadFileException(file, "not JSON: " + notJson.getOriginalMessage());
    }
    var fields = new LoadFields(file, json);
    int experts = fields.count("experts");
    ExpertGrid grid;
    try {
      grid =
          ExpertGrid.of(
              experts,
              fields.count("slots"),
              fields.count("groups"),
              fields.count("nodes"),
              fields.count("gpus"));
    } catch (InvalidPlacementException impossible) {
      throw new LoadFileException(file, impossible.getMessage());
    }
    double[][][] windows = fields.loads(fields.count("layers"), experts);
    double[] moved = fields.numbers("eplb_moved", windows.length);
    return new LoadFile(
        file.getFileName().toString().replaceFirst("\\.json$", ""),
        grid,
        windows,
        fields.numbers("eplb_balancedness", windows.length),
        java.util.Arrays.stream(moved).mapToInt(one -> (int) one).toArray());
  }
}
