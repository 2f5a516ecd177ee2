package dev.guildhall.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.api.Json;
import dev.guildhall.gateway.engine.Token;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code chat.completion} and {@code chat.completion.chunk}. */
final class ChatShape implements Shape {

  private final String id;
  private final long created;
  private final String model;

  ChatShape(String id, long created, String model) {
    this.id = id;
    this.created = created;
    this.model = model;
  }

  @Override
  public ObjectNode head(boolean chunk) {
    ObjectNode head =
        Json.object()
            .put("id", "chatcmpl-" + id)
            .put("object", chunk ? "chat.completion.chunk" : "chat.completion")
            .put("created", created)
            .put("model", model);
    head.putArray("choices");
    return head;
  }

  @Override
  public ObjectNode piece(
      int choice, boolean first, String text, List<Token> tokens, String reason) {
    ObjectNode node = Json.object().put("index", choice);
    ObjectNode delta = node.putObject("delta");
    if (first) {
      delta.put("role", "assistant");
    }
    if (first || !text.isEmpty()) {
      delta.put("content", text);
    }
    logprobs(node, tokens == null || tokens.isEmpty() ? null : tokens);
    return node.put("finish_reason", reason);
  }

  @Override
  public ObjectNode whole(int choice, String text, List<Token> tokens, String reason) {
    ObjectNode node = Json.object().put("index", choice);
    node.putObject("message").put("role", "assistant").put("content", text).putNull("refusal");
    logprobs(node, tokens);
    return node.put("finish_reason", reason);
  }

  private static void logprobs(ObjectNode node, List<Token> tokens) {
    if (tokens == null) {
      node.putNull("logprobs");
      return;
    }
    ObjectNode logprobs = node.putObject("logprobs");
    ArrayNode content = logprobs.putArray("content");
    for (Token token : tokens) {
      ObjectNode entry = content.addObject();
      describe(entry, token.bytes(), token.logprob());
      ArrayNode top = entry.putArray("top_logprobs");
      token.top().forEach(t -> describe(top.addObject(), t.bytes(), t.logprob()));
    }
    logprobs.putNull("refusal");
  }

  private static void describe(ObjectNode entry, byte[] bytes, Float logprob) {
    entry.put("token", new String(bytes, StandardCharsets.UTF_8)).put("logprob", logprob);
    ArrayNode list = entry.putArray("bytes");
    for (byte b : bytes) {
      list.add(b & 0xff);
    }
  }
}
