package dev.guildhall.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.engine.model.TensorSpec.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {
  private final ObjectNode v3 = v3();

  private static ObjectNode v3() {
    try (var in = ModelConfigTest.class.getResourceAsStream("/configs/deepseek-v3.json")) {
      return (ObjectNode) Json.MAPPER.readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static long sum(List<TensorSpec> specs, Part part) {
    return specs.stream().filter(s -> s.part() == part).mapToLong(TensorSpec::size).sum();
  }

  /** Specification sheet §1: each figure reproduces the published checkpoint exactly. */
  @Test
  void countsTheParametersOfDeepSeekV3() {
    ModelConfig config = ModelConfigReader.of(v3);
    List<TensorSpec> all = TensorInventory.of(config);
    List<TensorSpec> scales = TensorInventory.scales(all, config.quantization().orElseThrow());
    assertThat(sum(all, Part.MAIN)).isEqualTo(671_026_419_200L);
    assertThat(sum(all, Part.MTP)).isEqualTo(11_610_068_224L);
    assertThat(sum(all, Part.MTP) + sum(all, Part.MTP_COPY)).isEqualTo(13_463_426_304L);
    long scaleElements = scales.stream().mapToLong(TensorSpec::size).sum();
    assertThat(scaleElements).isEqualTo(41_540_496L);
    assertThat(all.stream().mapToLong(TensorSpec::size).sum() + scaleElements)
        .isEqualTo(684_531_386_000L);
    assertThat(all.size() + scales.size()).isEqualTo(91_991);
    assertThat(scales)
        .filteredOn(
            s -> s.name().endsWith("layers.0.self_attn.kv_a_proj_with_mqa.weight_scale_inv"))
        .singleElement()
        .satisfies(s -> assertThat(s.shape()).containsExactly(5, 56));
  }

  /** Specification sheet §2.1, items 6 and 7. */
  @Test
  void derivesYarnAsPublished() {
    ModelConfig config = ModelConfigReader.of(v3);
    assertThat(config.softmaxScale()).isCloseTo(0.1352337788608801, within(1e-15));
    assertThat(config.ropeAmplitude()).isEqualTo(1);
    double[] inverse = config.inverseFrequencies();
    assertThat(inverse).hasSize(32);
    assertThat(inverse[0]).isEqualTo(1);
    assertThat(inverse[10]).isCloseTo(0.0562341325, within(1e-10));
    assertThat(inverse[11]).isCloseTo(0.0390069266, within(1e-10));
    assertThat(inverse[16]).isCloseTo(0.0055, within(1e-12));
    assertThat(inverse[22]).isCloseTo(1.778279e-4, within(1e-10));
    assertThat(inverse[23]).isCloseTo(3.3338036e-5, within(1e-12));
    assertThat(inverse[31]).isCloseTo(3.3338036e-6, within(1e-13));
    assertThat(config.cacheWidth() * 2).isEqualTo(1152);
  }

  @Test
  void derivesPlainPositionsWithoutScaling() {
    v3.putNull("rope_scaling");
    ModelConfig config = ModelConfigReader.of(v3);
    assertThat(config.softmaxScale()).isCloseTo(0.0721687836, within(1e-10));
    assertThat(config.inverseFrequencies()[16]).isCloseTo(0.01, within(1e-15));
  }

  /** Newer writers keep theta and scaling together under another name. */
  @Test
  void readsRopeParametersOfNewerWriters() {
    ObjectNode rope = (ObjectNode) v3.remove("rope_scaling");
    rope.set("rope_theta", v3.remove("rope_theta"));
    rope.remove("type");
    rope.put("rope_type", "yarn");
    v3.set("rope_parameters", rope);
    assertThat(ModelConfigReader.of(v3)).isEqualTo(ModelConfigReader.of(v3()));
  }

  @Test
  void readsDirectQueriesAndSeveralEndTokens() {
    v3.putNull("q_lora_rank");
    v3.putArray("eos_token_id").add(1).add(7);
    ModelConfig config = ModelConfigReader.of(v3);
    assertThat(config.queryRank()).isZero();
    assertThat(config.isEos(7)).isTrue();
    assertThat(config.isEos(2)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model_type                  | "deepseek_v32"  | unknown architecture 'deepseek_v32'
          model_type                  | null            | missing
          scoring_func                | "softmax"       | 'softmax' is not supported
          topk_method                 | "greedy"        | 'greedy' is not supported
          hidden_act                  | "gelu"          | 'gelu' is not supported
          moe_layer_freq              | 2               | 2 is not supported
          attention_bias              | true            | true is not supported
          tie_word_embeddings         | true            | true is not supported
          num_key_value_heads         | 8               | 8 is not supported
          hidden_size                 | null            | missing
          hidden_size                 | 0               | not a whole number from 1
          hidden_size                 | -5              | not a whole number from 1
          hidden_size                 | 2147483648      | not a whole number from 1
          hidden_size                 | 7168.5          | not a whole number
          hidden_size                 | "7168"          | not a whole number
          vocab_size                  | 1e99            | not a whole number
          num_hidden_layers           | 100000          | from 1 to 10000
          first_k_dense_replace       | 62              | from 0 to 61
          n_group                     | 7               | 7 does not divide
          topk_group                  | 9               | from 1 to 8
          num_experts_per_tok         | 129             | from 1 to 128
          n_shared_experts            | 0               | from 1
          qk_rope_head_dim            | 63              | odd
          rms_norm_eps                | 0               | not above 0
          rms_norm_eps                | "1e-6"          | not a finite number
          rope_theta                  | -1              | not above 0
          rope_scaling                | []              | expected an object
          norm_topk_prob              | 1               | neither true nor false
          num_nextn_predict_layers    | 2               | from 0 to 1
          bos_token_id                | 129280          | from 0 to 129279
          eos_token_id                | [1, -2]         | -2 is not a token id
          quantization_config         | 3               | expected an object
          """)
  void namesTheFieldThatIsWrong(String field, String value, String problem) throws IOException {
    JsonNode json = Json.MAPPER.readTree(value.strip());
    v3.set(field.strip(), json);
    assertThatThrownBy(() -> ModelConfigReader.of(v3))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("config.json: " + field.strip() + ": ")
        .hasMessageContaining(problem.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rope_scaling.type                             | "linear"   | unknown scaling 'linear'
          rope_scaling.factor                           | 0.5        | below 1
          rope_scaling.original_max_position_embeddings | null       | missing
          rope_scaling.beta_fast                        | "x"        | not a finite number
          quantization_config.quant_method              | "awq"      | 'awq' is not supported
          quantization_config.fmt                       | "e5m2"     | 'e5m2' is not supported
          quantization_config.weight_block_size         | [128]      | expected two sizes
          quantization_config.weight_block_size         | [128, 0]   | 0 is not a size
          """)
  void namesTheNestedFieldThatIsWrong(String path, String value, String problem)
      throws IOException {
    String[] names = path.strip().split("\\.");
    ((ObjectNode) v3.get(names[0])).set(names[1], Json.MAPPER.readTree(value.strip()));
    assertThatThrownBy(() -> ModelConfigReader.of(v3))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("config.json: " + path.strip() + ": ")
        .hasMessageContaining(problem.strip());
  }

  /** A published folder names Python files in auto_map: known architectures load without them. */
  @Test
  void neverRunsCodeThatComesWithAModel() {
    assertThat(ModelConfigReader.of(v3).layers()).isEqualTo(61);
    v3.put("model_type", "my_model");
    assertThatThrownBy(() -> ModelConfigReader.of(v3))
        .hasMessageContaining("code that comes with a model (auto_map) is never run");
  }

  @Test
  void reportsMissingAndBrokenFiles(@TempDir Path dir) throws IOException {
    assertThatThrownBy(() -> ModelConfig.read(dir)).hasMessageContaining("no config.json in");
    Files.writeString(dir.resolve("config.json"), "{\"a\": }");
    assertThatThrownBy(() -> ModelConfig.read(dir)).hasMessageContaining("not valid JSON");
    Files.writeString(dir.resolve("config.json"), "[]");
    assertThatThrownBy(() -> ModelConfig.read(dir)).hasMessageContaining("JSON object");
    Files.writeString(dir.resolve("config.json"), "{\"a\":1,\"a\":2}");
    assertThatThrownBy(() -> ModelConfig.read(dir)).hasMessageContaining("Duplicate");
  }
}
