package dev.guildhall.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The messages of a chat, text only. */
final class MessageReader {

  private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");
  private static final int MOST = 4096;

  private MessageReader() {}

  static List<Map<String, Object>> read(JsonNode messages) {
    if (!messages.isArray() || messages.isEmpty()) {
      throw ApiException.invalid(
          "messages", "You must provide `messages`: a list with at least one message.");
    }
    if (messages.size() > MOST) {
      throw ApiException.invalid("messages", "`messages` may hold at most " + MOST + " messages.");
    }
    List<Map<String, Object>> read = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      read.add(message(messages.get(i), "messages[" + i + "]"));
    }
    return List.copyOf(read);
  }

  private static Map<String, Object> message(JsonNode message, String path) {
    if (!message.isObject()) {
      throw ApiException.invalid(
          path, "`" + path + "` must be an object with `role` and `content`.");
    }
    String role = message.path("role").asText("");
    if (role.equals("tool") || role.equals("function") || message.hasNonNull("tool_calls")) {
      throw ApiException.unsupported(path, "Tool calls are not supported.");
    }
    if (!ROLES.contains(role)) {
      throw ApiException.invalid(
          path + ".role", "`" + path + ".role` must be system, developer, user or assistant.");
    }
    Map<String, Object> read = new LinkedHashMap<>();
    // A developer message is what newer clients call a system message; chat templates know the
    // older name.
    read.put("role", role.equals("developer") ? "system" : role);
    read.put("content", content(message.path("content"), path + ".content"));
    return read;
  }

  private static String content(JsonNode content, String path) {
    if (content.isTextual()) {
      return content.asText();
    }
    if (!content.isArray()) {
      throw ApiException.invalid(path, "`" + path + "` must be a string or a list of text parts.");
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < content.size(); i++) {
      JsonNode part = content.get(i);
      String at = path + "[" + i + "]";
      String type = part.path("type").asText("");
      if (!type.equals("text")) {
        throw ApiException.unsupported(
            at + ".type",
            "`" + at + "`: this model reads text only; images, audio and files are not supported.");
      }
      if (!part.path("text").isTextual()) {
        throw ApiException.invalid(at + ".text", "`" + at + ".text` must be a string.");
      }
      text.append(part.get("text").asText());
    }
    return text.toString();
  }
}
