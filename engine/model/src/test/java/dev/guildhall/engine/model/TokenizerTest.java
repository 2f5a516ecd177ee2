package dev.guildhall.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.read(Folders.smallV3());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  /** The small checkpoint's expected prompts and texts were made with the Python library. */
  @Test
  void agreesWithTheReferenceTokenizer() throws IOException {
    JsonNode expected =
        Json.MAPPER.readTree(Folders.smallV3().resolve("expected.json").toFile()).get("greedy");
    try (Safetensors ids = Safetensors.open(Folders.smallV3().resolve("expected.safetensors"))) {
      for (int i = 0; i < expected.size(); i++) {
        assertThat(tokenizer.encodePrompt(expected.get(i).get("prompt").asText()))
            .containsExactly(ids.tensor("prompt." + i).ints());
        assertThat(tokenizer.decode(ids.tensor("greedy." + i).ints(), true))
            .isEqualTo(expected.get(i).get("text").asText());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Hello",
        "naïve 🌍 日本語\n\t",
        "a\u0000b",
        "👩‍👩‍👧‍👦",
        "<|User|>x<|Assistant|>"
      })
  void roundTrips(String text) {
    assertThat(tokenizer.decode(tokenizer.encode(text), false)).isEqualTo(text);
  }

  @Test
  void encodesLongTextsWithoutCutting() {
    String text = "A long prompt. ".repeat(20_000);
    assertThat(tokenizer.decode(tokenizer.encode(text), false)).isEqualTo(text);
  }

  @Test
  void knowsSpecialTokens() {
    assertThat(tokenizer.vocabularySize()).isEqualTo(4096);
    assertThat(tokenizer.bos()).hasValue(0);
    assertThat(tokenizer.special("<|User|>")).hasValue(2);
    assertThat(tokenizer.special("<|Nobody|>")).isEmpty();
    assertThat(tokenizer.isSpecial(3)).isTrue();
    assertThat(tokenizer.isSpecial(4)).isFalse();
    assertThat(tokenizer.encode("<|User|>")).containsExactly(2);
    assertThat(tokenizer.encodePrompt("<|begin_of_sentence|>a")[1]).isNotZero();
    assertThat(tokenizer.decode(new int[] {2, 1, 0}, true)).isEmpty();
    assertThat(tokenizer.decode(new int[] {2}, false)).isEqualTo("<|User|>");
    assertThat(tokenizer.bytes(999_999)).isEmpty();
  }

  @Test
  void streamsOnlyWholeCharacters() {
    StreamDecoder stream = tokenizer.stream(true);
    StringBuilder text = new StringBuilder();
    int waits = 0;
    for (int id : tokenizer.encode("x🌍é日")) {
      String piece = stream.push(id);
      assertThat(piece).doesNotContain("\uFFFD");
      waits += piece.isEmpty() ? 1 : 0;
      text.append(piece);
    }
    assertThat(text + stream.finish()).isEqualTo("x🌍é日");
    assertThat(waits).as("tokens that end within a character").isPositive();
  }

  @Test
  void endsAnUnfinishedCharacterWithAReplacement() {
    int[] ids = tokenizer.encode("🌍");
    assertThat(ids).hasSizeGreaterThan(1);
    StreamDecoder stream = tokenizer.stream(true);
    assertThat(stream.push(ids[0])).isEmpty();
    assertThat(stream.finish()).isEqualTo("\uFFFD");
    assertThat(stream.push(tokenizer.encode("a")[0]) + stream.finish()).isEqualTo("a");
  }

  /** Random ids make many broken sequences: pieces must add up to decoding all bytes at once. */
  @Test
  void streamingEqualsDecodingAtOnce() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      int[] ids = IntStream.range(0, 40).map(i -> random.nextInt(4200)).toArray();
      var bytes = new java.io.ByteArrayOutputStream();
      for (int id : ids) {
        bytes.write(tokenizer.bytes(id));
      }
      assertThat(tokenizer.decode(ids, false)).isEqualTo(bytes.toString(StandardCharsets.UTF_8));
    }
  }

  @Test
  void refusesATokenizerOfAnotherRevision() throws IOException {
    Map<String, byte[]> files = new HashMap<>(ModelAssets.read(Folders.smallV3()).files());
    String config = new String(files.get("config.json"), StandardCharsets.UTF_8);
    files.put(
        "config.json",
        config
            .replace("\"vocab_size\": 4096", "\"vocab_size\": 4000")
            .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Tokenizer.of(ModelAssets.of(files)))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("ids up to 4095", "vocab_size 4000", "same revision");
  }

  @Test
  void refusesMissingBrokenAndOtherKindsOfTokenizers() throws IOException {
    assertThatThrownBy(() -> Tokenizer.read(Folders.golden("moe-basic")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no tokenizer.json");
    assertThatThrownBy(() -> of("{\"a\":"))
        .hasMessageContaining("tokenizer.json is not valid JSON");
    ObjectNode json =
        (ObjectNode)
            Json.MAPPER.readTree(Files.readAllBytes(Folders.smallV3().resolve("tokenizer.json")));
    ((ObjectNode) json.get("model")).put("type", "Nope");
    assertThatThrownBy(() -> of(json.toString()))
        .hasMessageContaining("tokenizer.json cannot be used");
    ((ObjectNode) json.get("decoder")).put("type", "Metaspace");
    assertThatThrownBy(() -> of(json.toString())).hasMessageContaining("'Metaspace'");
  }

  private static void of(String tokenizer) {
    Tokenizer.of(
            ModelAssets.of(Map.of("tokenizer.json", tokenizer.getBytes(StandardCharsets.UTF_8))))
        .close();
  }
}
