package dev.guildhall.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.engine.model.jinja.TemplateRaisedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
  private static final List<Map<String, Object>> HELLO =
      List.of(Map.of("role", "user", "content", "Hello"));

  private static ChatTemplate template(String config) {
    return ChatTemplate.of(
        ModelAssets.of(Map.of("tokenizer_config.json", config.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void rendersTheSmallCheckpointsTemplate() {
    assertThat(ChatTemplate.read(Folders.smallV3()).render(HELLO, true, Map.of()))
        .isEqualTo("<|begin_of_sentence|><|User|>Hello<|Assistant|>");
  }

  @Test
  void takesTokensGivenAsObjectsAndNamedTemplates() {
    assertThat(
            template(
                    """
                    {"bos_token": {"content": "<s>"}, "eos_token": null, "chat_template": [
                      {"name": "tool_use", "template": "no"},
                      {"name": "default", "template": "{{ bos_token }}{{ messages[0].n }}{{ tools[0] }}"}]}
                    """)
                .render(List.of(Map.of("n", 7)), false, Map.of("tools", List.of(1.5f))))
        .isEqualTo("<s>71.5");
  }

  @Test
  void aTemplateFileComesFirst() {
    ModelAssets assets =
        ModelAssets.of(
            Map.of(
                "chat_template.jinja",
                "file".getBytes(StandardCharsets.UTF_8),
                "tokenizer_config.json",
                "{\"chat_template\":\"config\"}".getBytes(StandardCharsets.UTF_8)));
    assertThat(ChatTemplate.of(assets).render(HELLO, false, Map.of())).isEqualTo("file");
  }

  @Test
  void saysWhatIsWrongWithATemplate() {
    assertThatThrownBy(() -> template("{}"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no chat template");
    assertThatThrownBy(() -> template("{\"chat_template\":\"{% if %}\"}"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("chat template: line 1");
  }

  @Test
  void passesOnWhatATemplateRefuses() {
    ChatTemplate template =
        template(
            "{\"chat_template\":\"{{ raise_exception('only ' ~ messages|length ~ ' turn') }}\"}");
    assertThatThrownBy(() -> template.render(HELLO, true, Map.of()))
        .isInstanceOf(TemplateRaisedException.class)
        .hasMessage("only 1 turn");
  }
}
