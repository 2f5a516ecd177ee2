package dev.guildhall.engine.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The small files that a gateway needs to speak for a model without its weights.
 *
 * @param files contents by file name, sorted; do not modify the arrays
 * @param digest {@code sha256:HEX} over names and contents, of config.json only over what text
 *     depends on: models of one digest read and write alike
 */
public record ModelAssets(Map<String, byte[]> files, String digest) {
  private static final String CONFIG = "config.json";

  private static final List<String> NAMES =
      List.of(
          CONFIG,
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja");

  private static final List<String> SPOKEN = List.of("bos_token_id", "eos_token_id", "vocab_size");

  private static final long MAX_FILE_BYTES = 64 << 20;

  /** Assets received from elsewhere; files of other names are left out. */
  public static ModelAssets of(Map<String, byte[]> received) {
    Map<String, byte[]> files = new TreeMap<>();
    NAMES.stream()
        .filter(received::containsKey)
        .forEach(name -> files.put(name, received.get(name)));
    return new ModelAssets(
        Collections.unmodifiableMap(files), ModelDigest.ofContents(language(files)));
  }

  private static Map<String, byte[]> language(Map<String, byte[]> files) {
    var language = new TreeMap<>(files);
    language.computeIfPresent(CONFIG, (name, bytes) -> spoken(bytes));
    return language;
  }

  private static byte[] spoken(byte[] config) {
    try {
      JsonNode all = Json.MAPPER.readTree(config);
      var spoken = Json.MAPPER.createObjectNode();
      SPOKEN.stream().filter(all::has).forEach(name -> spoken.set(name, all.get(name)));
      return spoken.toString().getBytes(StandardCharsets.UTF_8);
    } catch (IOException notJson) {
      return config;
    }
  }

  /**
   * Reads those of the files that a folder has.
   *
   * @throws ModelException if one cannot be read or is larger than 64 MiB
   */
  public static ModelAssets read(Path folder) {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : NAMES) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        files.put(name, bytes(file));
      }
    }
    return of(files);
  }

  /** Writes the files to a folder, where {@link Tokenizer} and {@link ChatTemplate} find them. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /** A file as JSON; a missing node if it is not there. */
  JsonNode json(String name) {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      return MissingNode.getInstance();
    }
    try {
      return Json.MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new ModelException(name + " is not valid JSON: " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new ModelException(file.getFileName() + " is larger than 64 MiB");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ModelException(file.getFileName() + " cannot be read: " + e, e);
    }
  }
}
