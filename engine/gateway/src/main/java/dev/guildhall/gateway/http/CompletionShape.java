package dev.guildhall.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.api.Json;
import dev.guildhall.gateway.engine.Token;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code text_completion}, whole or in pieces. */
final class CompletionShape implements Shape {

  private final String id;
  private final long created;
  private final String model;
  private final Map<Integer, Integer> offsets = new HashMap<>();

  CompletionShape(String id, long created, String model) {
    this.id = id;
    this.created = created;
    this.model = model;
  }

  @Override
  public ObjectNode head(boolean chunk) {
    ObjectNode head =
        Json.object()
            .put("id", "cmpl-" + id)
            .put("object", "text_completion")
            .put("created", created)
            .put("model", model);
    head.putArray("choices");
    return head;
  }

  @Override
  public ObjectNode piece(
      int choice, boolean first, String text, List<Token> tokens, String reason) {
    return whole(choice, text, tokens == null || tokens.isEmpty() ? null : tokens, reason);
  }

  @Override
  public ObjectNode whole(int choice, String text, List<Token> tokens, String reason) {
    ObjectNode node = Json.object().put("text", text).put("index", choice);
    if (tokens == null) {
      node.putNull("logprobs");
    } else {
      logprobs(node.putObject("logprobs"), choice, tokens);
    }
    return node.put("finish_reason", reason);
  }

  private void logprobs(ObjectNode node, int choice, List<Token> tokens) {
    ArrayNode texts = node.putArray("tokens");
    ArrayNode values = node.putArray("token_logprobs");
    ArrayNode tops = node.putArray("top_logprobs");
    ArrayNode starts = node.putArray("text_offset");
    int offset = offsets.getOrDefault(choice, 0);
    for (Token token : tokens) {
      String shown = shown(token.bytes());
      texts.add(shown);
      values.add(token.logprob());
      if (token.top().isEmpty()) {
        tops.addNull();
      } else {
        ObjectNode top = tops.addObject();
        token.top().forEach(t -> top.put(shown(t.bytes()), t.logprob()));
      }
      starts.add(offset);
      offset += new String(token.bytes(), StandardCharsets.UTF_8).length();
    }
    offsets.put(choice, offset);
  }

  /** A token as text; one that is not whole characters is shown as its bytes, as OpenAI does. */
  private static String shown(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      StringBuilder text = new StringBuilder("bytes:");
      for (byte b : bytes) {
        text.append(String.format("\\x%02x", b & 0xff));
      }
      return text.toString();
    }
  }
}
