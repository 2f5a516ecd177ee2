package dev.guildhall.engine.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** What the tokens of a byte-level vocabulary stand for, from {@code tokenizer.json}. */
final class Vocabulary {
  private static final int MAX_ID = 1 << 22;
  private static final int[] BYTE_OF = byteAlphabet();

  private final byte[][] bytes;
  private final BitSet special = new BitSet();
  private final Map<String, Integer> added = new HashMap<>();

  Vocabulary(JsonNode tokenizer) {
    requireByteLevel(tokenizer.path("decoder"));
    JsonNode vocab = tokenizer.path("model").path("vocab");
    if (!vocab.isObject()) {
      throw new ModelException("tokenizer.json: model.vocab is not an object of tokens and ids");
    }
    int size = 0;
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      size = Math.max(size, id(entry.getValue(), entry.getKey()) + 1);
    }
    for (JsonNode token : tokenizer.path("added_tokens")) {
      size = Math.max(size, id(token.path("id"), token.path("content").asText()) + 1);
    }
    bytes = new byte[size][];
    vocab.properties().forEach(e -> bytes[e.getValue().asInt()] = decode(e.getKey()));
    for (JsonNode token : tokenizer.path("added_tokens")) {
      int id = token.path("id").asInt();
      bytes[id] = decode(token.path("content").asText());
      added.put(token.path("content").asText(), id);
      special.set(id, token.path("special").asBoolean());
    }
  }

  private static int id(JsonNode id, String token) {
    if (!id.isInt() || id.asInt() < 0 || id.asInt() > MAX_ID) {
      throw new ModelException(
          "tokenizer.json: token '" + token + "' has the id " + id + ", not one up to " + MAX_ID);
    }
    return id.asInt();
  }

  private static void requireByteLevel(JsonNode decoder) {
    boolean inSequence = false;
    for (JsonNode step : decoder.path("decoders")) {
      inSequence |= step.path("type").asText().equals("ByteLevel");
    }
    if (!inSequence && !decoder.path("type").asText().equals("ByteLevel")) {
      throw new ModelException(
          "tokenizer.json: decoder.type is '"
              + decoder.path("type").asText()
              + "'; only byte-level vocabularies (ByteLevel), as DeepSeek models have, are supported");
    }
  }

  /** One more than the highest id. */
  int size() {
    return bytes.length;
  }

  /** The bytes of a token; none for an id that the vocabulary leaves out. */
  byte[] bytes(int id) {
    return id < 0 || id >= bytes.length || bytes[id] == null ? new byte[0] : bytes[id];
  }

  boolean isSpecial(int id) {
    return id >= 0 && special.get(id);
  }

  Integer added(String token) {
    return added.get(token);
  }

  /**
   * A token is written with one character for each byte; one that holds any other character stands
   * for itself.
   */
  private static byte[] decode(String token) {
    byte[] out = new byte[token.length()];
    for (int i = 0; i < out.length; i++) {
      char c = token.charAt(i);
      int value = c < BYTE_OF.length ? BYTE_OF[c] : -1;
      if (value < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      out[i] = (byte) value;
    }
    return out;
  }

  /** Printable Latin-1 stands for itself; the other bytes get the characters from U+0100 on. */
  private static int[] byteAlphabet() {
    int[] byteOf = new int[0x144];
    java.util.Arrays.fill(byteOf, -1);
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = b > 0x20 && b < 0x7f || b > 0xa0 && b != 0xad;
      byteOf[printable ? b : next++] = b;
    }
    return byteOf;
  }
}
