package dev.guildhall.engine.model.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected outputs come from Python's jinja2, see resources/jinja/generate.py. */
class JinjaTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

  static List<JsonNode> cases() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    try (var in = JinjaTest.class.getResourceAsStream("/jinja/expected.json")) {
      JSON.readTree(in).forEach(cases::add);
    }
    assertThat(cases).hasSizeGreaterThan(90);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rendersAsPythonDoes(JsonNode expected) throws IOException {
    Map<String, Object> variables =
        JSON.convertValue(expected.get("variables"), new TypeReference<Map<String, Object>>() {});
    String source = expected.get("template").asText();
    if (expected.has("output")) {
      assertThat(render(source, variables)).isEqualTo(expected.get("output").asText());
    } else if (expected.has("refused")) {
      assertThatThrownBy(() -> render(source, variables))
          .isInstanceOf(TemplateRaisedException.class)
          .hasMessage(expected.get("refused").asText());
    } else {
      assertThatThrownBy(() -> render(source, variables))
          .isInstanceOf(TemplateException.class)
          .isNotInstanceOf(TemplateRaisedException.class);
    }
  }

  private static String render(String source, Map<String, Object> variables) {
    return Template.parse(source, 100_000).render(variables);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(9000000000) %}x{% endfor %}",
        "{% for i in range(3000) %}{% for j in range(3000) %}{% endfor %}{% endfor %}",
        "{% for i in range(200000) %}x{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = n.l + n.l %}{% endfor %}",
        "{{ ('x' * 90000).replace('x', 'y' * 90000) }}",
        "{{ ('x' * 90000)|list|join('y' * 90000) }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set x %}{% for i in range(200000) %}x{% endfor %}{% endset %}",
      })
  void refusesTemplatesThatDoNotEnd(String source) {
    assertThatThrownBy(() -> render(source, Map.of())).isInstanceOf(TemplateException.class);
  }

  @Test
  void refusesDeepNestingWithoutOverflowingTheStack() {
    for (String source :
        new String[] {
          "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}",
          "{{ " + "-".repeat(5000) + "1 }}",
          "{{ " + "not ".repeat(5000) + "1 }}",
          "{{ " + "[".repeat(5000) + "]".repeat(5000) + " }}",
          "{% if 1 %}".repeat(5000),
          "{{ 1" + " if 1 else 1".repeat(5000) + " }}"
        }) {
      assertThatThrownBy(() -> render(source, Map.of())).isInstanceOf(TemplateException.class);
    }
  }

  @Test
  void namesTheLine() {
    assertThatThrownBy(() -> render("a\n\n{{ u.x }}", Map.of()))
        .hasMessage("line 3: 'u' is undefined");
    assertThatThrownBy(() -> render("a\n{% include 'x' %}", Map.of()))
        .hasMessage("line 2: the tag 'include' is not supported");
  }
}
