package dev.guildhall.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDigestTest {
  @TempDir Path dir;

  @Test
  void dependsOnNamesAndContentsOnly() throws IOException {
    Files.writeString(dir.resolve("a"), "1");
    Files.writeString(dir.resolve("b"), "2");
    String digest = ModelDigest.of(dir);
    assertThat(digest)
        .matches("sha256:[0-9a-f]{64}")
        .isEqualTo(ModelDigest.ofContents(Map.of("b", bytes("2"), "a", bytes("1"))));

    Files.writeString(dir.resolve(".hidden"), "x");
    Files.createDirectory(dir.resolve("folder"));
    assertThat(ModelDigest.of(dir)).isEqualTo(digest);

    Files.move(dir.resolve("b"), dir.resolve("c"));
    assertThat(ModelDigest.of(dir)).isNotEqualTo(digest);
  }

  @Test
  void noticesAChangedFileAndRefusesAnotherRevision() throws IOException {
    Files.writeString(dir.resolve("a"), "1");
    String digest = ModelDigest.of(dir);
    ModelDigest.require(dir, digest);
    Files.writeString(dir.resolve("a"), "22");
    assertThatThrownBy(() -> ModelDigest.require(dir, digest))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("another revision?");
  }

  @Test
  void assetsTravelWithoutWeights() throws IOException {
    ModelAssets assets = ModelAssets.read(Folders.smallV3());
    assertThat(assets.files())
        .containsOnlyKeys(
            "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json");
    assets.write(dir);
    assertThat(ModelAssets.read(dir).digest()).isEqualTo(assets.digest());
    assertThat(ModelAssets.of(Map.of("../evil", bytes("x"))).files()).isEmpty();
  }

  @Test
  void modelsThatReadAndWriteAlikeHaveAssetsOfOneDigest() {
    String digest = language("{'vocab_size': 9, 'eos_token_id': 1, 'hidden_size': 64}");
    assertThat(language("{'hidden_size': 128, 'eos_token_id': 1, 'vocab_size': 9}"))
        .isEqualTo(digest);
    assertThat(language("{'vocab_size': 10, 'eos_token_id': 1}")).isNotEqualTo(digest);
    assertThat(language("{'vocab_size': 9, 'eos_token_id': [1, 2]}")).isNotEqualTo(digest);
    assertThat(language("{'vocab_size': 9}")).isNotEqualTo(digest);
    assertThat(language("no JSON")).isNotEqualTo(digest);
  }

  private static String language(String config) {
    return ModelAssets.of(Map.of("config.json", bytes(config.replace('\'', '"')))).digest();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
