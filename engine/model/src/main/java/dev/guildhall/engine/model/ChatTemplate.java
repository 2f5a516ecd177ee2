package dev.guildhall.engine.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.engine.model.jinja.Template;
import dev.guildhall.engine.model.jinja.TemplateException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns chat messages into a prompt with the model's own template: {@code chat_template.jinja}, or
 * {@code chat_template} of {@code tokenizer_config.json}. Immutable and safe for concurrent use.
 */
public final class ChatTemplate {
  private static final int MAX_OUTPUT = 16 << 20;
  private static final List<String> TOKENS =
      List.of("bos_token", "eos_token", "unk_token", "pad_token");

  private final Template template;
  private final Map<String, Object> constants;

  private ChatTemplate(String source, Map<String, Object> constants) {
    this.constants = constants;
    try {
      this.template = Template.parse(source, MAX_OUTPUT);
    } catch (TemplateException e) {
      throw new ModelException("chat template: " + e.getMessage(), e);
    }
  }

  /**
   * The template of a folder.
   *
   * @throws ModelException if it has none, or one that is not valid
   */
  public static ChatTemplate read(Path folder) {
    return of(ModelAssets.read(folder));
  }

  /** The template among assets; see {@link #read}. */
  public static ChatTemplate of(ModelAssets assets) {
    JsonNode config = assets.json("tokenizer_config.json");
    byte[] own = assets.files().get("chat_template.jinja");
    String source =
        own != null
            ? new String(own, StandardCharsets.UTF_8)
            : source(config.path("chat_template"));
    Map<String, Object> constants = new HashMap<>();
    for (String name : TOKENS) {
      JsonNode token = config.path(name);
      String text = token.isObject() ? token.path("content").asText() : token.asText(null);
      if (text != null) {
        constants.put(name, text);
      }
    }
    return new ChatTemplate(source, constants);
  }

  /** A string, or a list of named templates of which the one called default is used. */
  private static String source(JsonNode template) {
    for (JsonNode named : template) {
      if (named.path("name").asText().equals("default")) {
        return named.path("template").asText();
      }
    }
    if (!template.isTextual()) {
      throw new ModelException(
          "the model has no chat template: neither chat_template.jinja nor a chat_template in"
              + " tokenizer_config.json; use plain completions");
    }
    return template.asText();
  }

  /**
   * The prompt for a conversation.
   *
   * @param messages each with {@code role} and {@code content} and whatever else the template
   *     knows; values are null, Boolean, whole and decimal numbers, String, List and Map of these
   * @param addGenerationPrompt whether the prompt ends with the start of the assistant's turn
   * @param extra further names for the template, such as {@code tools} or {@code thinking}
   * @throws dev.guildhall.engine.model.jinja.TemplateRaisedException if the template refuses the
   *     messages: the caller's mistake, with the template's own words
   * @throws TemplateException if the template fails on them or makes more than 16 Mi characters
   */
  public String render(
      List<Map<String, Object>> messages, boolean addGenerationPrompt, Map<String, Object> extra) {
    Map<String, Object> values = new HashMap<>(constants);
    extra.forEach((name, value) -> values.put(name, PlainValues.of(value)));
    values.put("messages", PlainValues.of(messages));
    values.put("add_generation_prompt", addGenerationPrompt);
    return template.render(values);
  }
}
