package dev.guildhall.engine.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which safetensors files make up a folder, and which tensor is in which.
 *
 * @param shards files to open, sorted by name
 * @param fileOf file name of each tensor as the index promises it; empty without an index
 */
record ShardIndex(List<Path> shards, Map<String, String> fileOf) {
  private static final String INDEX = "model.safetensors.index.json";
  private static final String SINGLE = "model.safetensors";
  private static final long MAX_INDEX_BYTES = 1L << 28;

  static ShardIndex of(Path folder) {
    Path index = folder.resolve(INDEX);
    if (Files.isRegularFile(index)) {
      return read(folder, index);
    }
    Path single = folder.resolve(SINGLE);
    if (Files.isRegularFile(single)) {
      return new ShardIndex(List.of(single), Map.of());
    }
    throw new ModelException("no " + SINGLE + " or " + INDEX + " in " + folder + hint(folder));
  }

  private static ShardIndex read(Path folder, Path index) {
    Map<String, String> fileOf = new HashMap<>();
    JsonNode map;
    try {
      if (Files.size(index) > MAX_INDEX_BYTES) {
        throw new InvalidSafetensorsException(
            index, "is larger than " + MAX_INDEX_BYTES + " bytes");
      }
      map = Json.MAPPER.readTree(index.toFile()).path("weight_map");
    } catch (IOException e) {
      throw new InvalidSafetensorsException(index, "is not valid JSON: " + e.getMessage(), e);
    }
    if (!map.isObject() || map.isEmpty()) {
      throw new InvalidSafetensorsException(index, "has no weight_map of tensor names to files");
    }
    map.properties().forEach(e -> fileOf.put(e.getKey(), e.getValue().asText()));
    List<Path> shards =
        new TreeSet<>(fileOf.values()).stream().map(name -> shard(folder, index, name)).toList();
    return new ShardIndex(shards, fileOf);
  }

  /**
   * A shard lies beside its index, so that no index can make a process read elsewhere. The file may
   * be a symbolic link: caches and volumes are made of them, and whoever made the folder chose it.
   */
  private static Path shard(Path folder, Path index, String name) {
    if (!name.endsWith(".safetensors")
        || name.contains("/")
        || name.contains("\\")
        || name.indexOf('\0') >= 0) {
      throw new InvalidSafetensorsException(
          index, "names the shard '" + name + "': expected a .safetensors file in the same folder");
    }
    Path shard = folder.resolve(name);
    if (!Files.isRegularFile(shard)) {
      throw new InvalidSafetensorsException(
          index, "names the shard " + name + ", which is missing from the folder: fetch it again");
    }
    return shard;
  }

  private static String hint(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      boolean pickle =
          files.anyMatch(f -> f.getFileName().toString().matches(".*\\.(bin|pt|pth|ckpt|pkl)"));
      return pickle
          ? ": pickle files (.bin, .pt) are never read, since reading one can run code; convert"
              + " them to safetensors"
          : "";
    } catch (IOException e) {
      return ": the folder cannot be listed: " + e;
    }
  }
}
