package dev.guildhall.engine.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Text to token ids and back, from {@code tokenizer.json}. Works without network and with a
 * read-only root file system as long as {@code java.io.tmpdir} can be written. Safe for concurrent
 * use until closed.
 */
public final class Tokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer encoder;
  private final Vocabulary vocabulary;
  private final OptionalInt bos;
  private final boolean addBos;

  private Tokenizer(ModelAssets assets) {
    byte[] file = assets.files().get("tokenizer.json");
    if (file == null) {
      throw new ModelException("the model has no tokenizer.json");
    }
    vocabulary = new Vocabulary(assets.json("tokenizer.json"));
    JsonNode model = assets.json("config.json");
    checkSize(model);
    JsonNode config = assets.json("tokenizer_config.json");
    bos = bos(model, config);
    addBos = config.path("add_bos_token").asBoolean(false) && bos.isPresent();
    NativeTokenizers.prepare();
    try {
      encoder =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(file),
              Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    } catch (IOException | RuntimeException e) {
      throw new ModelException("tokenizer.json cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * The tokenizer of a folder.
   *
   * @throws ModelException if there is none, it is not valid or it does not belong to the model
   */
  public static Tokenizer read(Path folder) {
    return new Tokenizer(ModelAssets.read(folder));
  }

  /** The tokenizer among assets; see {@link #read}. */
  public static Tokenizer of(ModelAssets assets) {
    return new Tokenizer(assets);
  }

  private void checkSize(JsonNode model) {
    JsonNode rows = model.path("vocab_size");
    if (rows.isInt() && vocabulary.size() > rows.asInt()) {
      throw new ModelException(
          "tokenizer.json has ids up to %d, but config.json says vocab_size %d: are they of the same revision?"
              .formatted(vocabulary.size() - 1, rows.asInt()));
    }
  }

  private OptionalInt bos(JsonNode model, JsonNode config) {
    JsonNode token = config.path("bos_token");
    Integer id =
        vocabulary.added(token.isObject() ? token.path("content").asText() : token.asText());
    if (id != null) {
      return OptionalInt.of(id);
    }
    JsonNode number = model.path("bos_token_id");
    return number.isInt() ? OptionalInt.of(number.asInt()) : OptionalInt.empty();
  }

  /** One more than the highest id; the model's vocabulary may be larger. */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /**
   * The ids of a text exactly as it stands, such as a rendered chat template: names of special
   * tokens become those tokens, and nothing is added.
   */
  public int[] encode(String text) {
    return Arrays.stream(encoder.encode(text, false, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /**
   * The ids of a plain prompt: begins with the begin-of-sequence token where the model wants it.
   */
  public int[] encodePrompt(String text) {
    int[] ids = encode(text);
    if (!addBos || (ids.length > 0 && ids[0] == bos.getAsInt())) {
      return ids;
    }
    int[] prompt = new int[ids.length + 1];
    prompt[0] = bos.getAsInt();
    System.arraycopy(ids, 0, prompt, 1, ids.length);
    return prompt;
  }

  /** The text of ids; bytes that are not UTF-8 become U+FFFD. */
  public String decode(int[] ids, boolean skipSpecial) {
    StreamDecoder decoder = stream(skipSpecial);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.push(id));
    }
    return text.append(decoder.finish()).toString();
  }

  /** A decoder for tokens that arrive one by one. */
  public StreamDecoder stream(boolean skipSpecial) {
    return new StreamDecoder(this, skipSpecial);
  }

  /** The bytes that a token stands for, often not a whole character; none for an unknown id. */
  public byte[] bytes(int id) {
    return vocabulary.bytes(id).clone();
  }

  /** The text of one token, U+FFFD in place of parts of characters. */
  public String text(int id) {
    return new String(vocabulary.bytes(id), StandardCharsets.UTF_8);
  }

  /** Whether a token is a control token such as begin of sequence. */
  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(id);
  }

  /** The id of a special or added token, if there is one of that name. */
  public OptionalInt special(String name) {
    Integer id = vocabulary.added(name);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The begin-of-sequence token, if the model has one. */
  public OptionalInt bos() {
    return bos;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
