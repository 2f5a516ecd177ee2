package dev.guildhall.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.engine.model.TensorSpec.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightsTest {
  @TempDir Path dir;

  static List<Path> goldens() {
    return Folders.goldens();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void opensEveryGolden(Path folder) {
    try (Weights weights = Weights.open(folder)) {
      assertThat(weights.hasMtp()).isEqualTo(weights.config().mtpLayers() == 1);
      assertThat(weights.parameters(Part.MAIN)).isPositive();
    }
  }

  @Test
  void opensTheSmallCheckpoint() {
    try (Weights weights = Weights.open(Folders.smallV3())) {
      long all = weights.parameters(Part.MAIN) + weights.parameters(Part.MTP);
      assertThat(all + weights.parameters(Part.MTP_COPY)).isEqualTo(20_875_264);
      assertThat(weights.tensor("lm_head.weight").dtype()).isEqualTo(DType.BF16);
    }
  }

  @Test
  void appliesBlockScalesOnEdgesAndByRows() {
    try (Weights weights = Weights.open(Folders.golden("moe-fp8-blocks"))) {
      String name = "model.layers.0.mlp.gate_proj.weight";
      Tensor stored = weights.tensor(name);
      assertThat(stored.shape()).containsExactly(320, 192);
      float[] scale = weights.scales(name).orElseThrow();
      float[] all = weights.floats(name);
      float[] raw = stored.floats();
      for (int at : new int[] {0, 127, 128, 191, 128 * 192, 319 * 192 + 191, 255 * 192 + 127}) {
        int block = at / 192 / 128 * 2 + at % 192 / 128;
        assertThat(all[at]).isEqualTo(raw[at] * scale[block]);
      }
      float[] rows = new float[3 * 192];
      weights.rows(name, 126, 3, rows, 0);
      assertThat(rows).containsExactly(Arrays.copyOfRange(all, 126 * 192, 129 * 192));
    }
  }

  @Test
  void readsAShardedFolder() throws IOException {
    shard(dir);
    try (Weights weights = Weights.open(dir);
        Weights whole = Weights.open(Folders.golden("moe-basic"))) {
      assertThat(weights.floats("lm_head.weight")).isEqualTo(whole.floats("lm_head.weight"));
      assertThat(weights.floats("model.norm.weight")).isEqualTo(whole.floats("model.norm.weight"));
    }
  }

  @Test
  void refusesAMissingShard() throws IOException {
    shard(dir);
    Files.delete(dir.resolve("model-00002-of-00002.safetensors"));
    assertThatThrownBy(() -> Weights.open(dir))
        .isInstanceOf(InvalidSafetensorsException.class)
        .hasMessageContainingAll("model-00002-of-00002.safetensors", "missing");
  }

  @Test
  void refusesAShardOutsideTheFolder() throws IOException {
    Folders.copy("moe-basic", dir);
    for (String name :
        new String[] {"../x.safetensors", "/etc/shadow", "a\\\\b.safetensors", ".."}) {
      Folders.write(
          dir.resolve("model.safetensors.index.json"),
          "{\"weight_map\":{\"lm_head.weight\":\"" + name + "\"}}");
      assertThatThrownBy(() -> Weights.open(dir))
          .isInstanceOf(InvalidSafetensorsException.class)
          .hasMessageContaining("in the same folder");
    }
  }

  @Test
  void refusesAnIndexThatPromisesATensorItsShardLacks() throws IOException {
    shard(dir);
    Path index = dir.resolve("model.safetensors.index.json");
    Files.writeString(
        index,
        Files.readString(index)
            .replace("{\"lm_head", "{\"ghost\":\"model-00001-of-00002.safetensors\",\"lm_head"));
    assertThatThrownBy(() -> Weights.open(dir))
        .isInstanceOf(TensorMismatchException.class)
        .hasMessageContaining("ghost");
  }

  @Test
  void refusesATensorInTwoShards() throws IOException {
    shard(dir);
    Files.copy(
        dir.resolve("model-00001-of-00002.safetensors"), dir.resolve("model-00003.safetensors"));
    Path index = dir.resolve("model.safetensors.index.json");
    Files.writeString(
        index,
        Files.readString(index)
            .replace("{\"lm_head", "{\"x\":\"model-00003.safetensors\",\"lm_head"));
    assertThatThrownBy(() -> Weights.open(dir)).hasMessageContaining("another shard holds too");
  }

  @Test
  void refusesATensorOfTheWrongShape() throws IOException {
    Folders.copy("moe-basic", dir);
    config("\"vocab_size\": 320", "\"vocab_size\": 319");
    assertThatThrownBy(() -> Weights.open(dir))
        .isInstanceOf(TensorMismatchException.class)
        .hasMessage(
            "model.embed_tokens.weight has shape [320×64], but config.json asks for [319×64]");
  }

  @Test
  void refusesAMissingTensor() throws IOException {
    Folders.copy("moe-basic", dir);
    config("\"n_routed_experts\": 16", "\"n_routed_experts\": 20");
    assertThatThrownBy(() -> Weights.open(dir))
        .isInstanceOf(TensorMismatchException.class)
        .hasMessageContainingAll("24 of", "model.layers.1.mlp.experts.16.gate_proj.weight", "…");
  }

  @Test
  void refusesAnUnknownArchitecture() throws IOException {
    Folders.copy("moe-basic", dir);
    config("deepseek_v3", "llama");
    assertThatThrownBy(() -> Weights.open(dir))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("model_type: unknown architecture 'llama'");
  }

  @Test
  void refusesFp8WithoutScales() throws IOException {
    Folders.copy("moe-fp8-blocks", dir);
    Path file = dir.resolve("model.safetensors");
    byte[][] parts = Folders.split(file);
    String header = new String(parts[0], StandardCharsets.UTF_8);
    String cut =
        header.replace(
            "layers.0.mlp.up_proj.weight_scale_inv", "layers.0.mlp.up_proj.weight_scale_xxx");
    Folders.safetensors(file, cut.getBytes(StandardCharsets.UTF_8), parts[1]);
    assertThatThrownBy(() -> Weights.open(dir))
        .hasMessageContainingAll("model.layers.0.mlp.up_proj.weight", "scales", "missing");
  }

  @Test
  void readsAFolderWhoseMtpLayerWasLeftOut() throws IOException {
    Folders.copy("moe-basic", dir);
    config("\"num_nextn_predict_layers\": 0", "\"num_nextn_predict_layers\": 1");
    try (Weights weights = Weights.open(dir)) {
      assertThat(weights.hasMtp()).isFalse();
    }
  }

  @Test
  void refusesHalfAnMtpLayer() throws IOException {
    Folders.copy("mtp-one", dir);
    Path file = dir.resolve("model.safetensors");
    byte[][] parts = Folders.split(file);
    String header = new String(parts[0], StandardCharsets.UTF_8).replace("eh_proj", "eh_prox");
    Folders.safetensors(file, header.getBytes(StandardCharsets.UTF_8), parts[1]);
    assertThatThrownBy(() -> Weights.open(dir)).hasMessageContaining("layers.3.eh_proj.weight");
  }

  @Test
  void neverReadsPickles() throws IOException {
    Files.copy(Folders.golden("moe-basic").resolve("config.json"), dir.resolve("config.json"));
    Files.write(dir.resolve("pytorch_model.bin"), new byte[10]);
    assertThatThrownBy(() -> Weights.open(dir)).hasMessageContaining("pickle files");
  }

  @Test
  void takesNothingButALocalFolder() {
    for (String source :
        new String[] {"http://169.254.169.254/latest", "file:///etc/shadow", "pvc://x/../../y"}) {
      assertThatThrownBy(() -> Weights.open(Path.of(source)))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("no config.json");
    }
  }

  @Test
  void reportsALoopOfSymbolicLinks() throws IOException {
    Folders.copy("moe-basic", dir);
    Path file = dir.resolve("model.safetensors");
    Files.delete(file);
    Files.createSymbolicLink(file, dir.resolve("b"));
    Files.createSymbolicLink(dir.resolve("b"), file);
    assertThatThrownBy(() -> Weights.open(dir)).isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> ModelDigest.of(dir))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("cannot be read");
  }

  private void config(String from, String to) throws IOException {
    Path file = dir.resolve("config.json");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  /** Splits moe-basic into a shard that holds lm_head.weight and one with the rest. */
  private static void shard(Path to) throws IOException {
    Folders.copy("moe-basic", to);
    Path whole = to.resolve("model.safetensors");
    byte[][] parts = Folders.split(whole);
    Files.delete(whole);
    ObjectNode header = (ObjectNode) Json.MAPPER.readTree(parts[0]);
    header.remove("__metadata__");
    int end = header.get("lm_head.weight").get("data_offsets").get(1).asInt();
    assertThat(header.get("lm_head.weight").get("data_offsets").get(0).asInt()).isZero();
    ObjectNode first = Json.MAPPER.createObjectNode();
    first.set("lm_head.weight", header.remove("lm_head.weight"));
    StringBuilder map =
        new StringBuilder(
            "{\"weight_map\":{\"lm_head.weight\":\"model-00001-of-00002.safetensors\"");
    for (var entry : header.properties()) {
      var offsets = (ArrayNode) entry.getValue().get("data_offsets");
      offsets.set(0, offsets.get(0).asInt() - end).set(1, offsets.get(1).asInt() - end);
      map.append(",\"").append(entry.getKey()).append("\":\"model-00002-of-00002.safetensors\"");
    }
    byte[] data = parts[1];
    Folders.safetensors(
        to.resolve("model-00001-of-00002.safetensors"),
        Json.MAPPER.writeValueAsBytes(first),
        Arrays.copyOf(data, end));
    Folders.safetensors(
        to.resolve("model-00002-of-00002.safetensors"),
        Json.MAPPER.writeValueAsBytes(header),
        Arrays.copyOfRange(data, end, data.length));
    Files.writeString(to.resolve("model.safetensors.index.json"), map + "}}");
  }
}
