package dev.guildhall.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Fields of OpenAI's API that change the answer and that this server does not implement: refused by
 * name.
 */
final class Unsupported {

  private Unsupported() {}

  static void inChat(Fields fields) {
    notEmpty(fields, "tools", "Tool calls are not supported.");
    notEmpty(fields, "functions", "Function calls are not supported.");
    unlessText(fields, "tool_choice", "none", "auto");
    unlessText(fields, "function_call", "none", "auto");
    responseFormat(fields.get("response_format"));
    notEmpty(fields, "audio", "Audio is not supported.");
    for (JsonNode modality : fields.get("modalities")) {
      if (!modality.asText("").equals("text")) {
        throw ApiException.unsupported("modalities", "Only the modality `text` is supported.");
      }
    }
    notEmpty(fields, "prediction", "Predicted outputs are not supported.");
    notEmpty(fields, "web_search_options", "Web search is not supported.");
  }

  static void inCompletion(Fields fields) {
    notEmpty(fields, "suffix", "`suffix` (fill in the middle) is not supported.");
    responseFormat(fields.get("response_format"));
  }

  private static void responseFormat(JsonNode format) {
    if (format.isMissingNode()
        || format.isNull()
        || format.path("type").asText("").equals("text")) {
      return;
    }
    throw ApiException.unsupported(
        "response_format", "Only `response_format` of type `text` is supported.");
  }

  private static void notEmpty(Fields fields, String name, String message) {
    if (fields.has(name) && !(fields.get(name).isArray() && fields.get(name).isEmpty())) {
      throw ApiException.unsupported(name, message);
    }
  }

  private static void unlessText(Fields fields, String name, String... allowed) {
    if (fields.has(name) && !java.util.List.of(allowed).contains(fields.get(name).asText(""))) {
      throw ApiException.unsupported(name, "Tool calls are not supported.");
    }
  }
}
