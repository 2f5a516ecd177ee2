package dev.guildhall.gateway.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.engine.model.ChatTemplate;
import dev.guildhall.engine.model.ModelAssets;
import dev.guildhall.engine.model.ModelException;
import dev.guildhall.engine.model.Tokenizer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Makes a model's language from the files that a rank hands out. */
public final class ModelTextFactory {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ModelTextFactory() {}

  /**
   * Reads the files.
   *
   * @param files by name, as in a Hugging Face folder; a chat template is optional
   * @throws ModelException when they cannot be used
   */
  public static ModelText of(Map<String, byte[]> files) {
    ModelAssets assets = ModelAssets.of(files);
    JsonNode config = json(files, "config.json");
    return new HuggingFaceText(
        Tokenizer.of(assets),
        template(assets),
        GenerationDefaults.of(json(files, "generation_config.json"), config),
        config.path("vocab_size").asInt());
  }

  private static Optional<ChatTemplate> template(ModelAssets assets) {
    try {
      return Optional.of(ChatTemplate.of(assets));
    } catch (ModelException e) {
      // A base model without a template still serves completions; chats are told so.
      return Optional.empty();
    }
  }

  private static JsonNode json(Map<String, byte[]> files, String name) {
    byte[] file = files.get(name);
    try {
      return file == null ? JSON.missingNode() : JSON.readTree(file);
    } catch (IOException e) {
      throw new ModelException(name + " is not JSON", e);
    }
  }
}
