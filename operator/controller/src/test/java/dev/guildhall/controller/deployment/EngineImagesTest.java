package dev.guildhall.controller.deployment;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.controller.status.StalledException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineImagesTest {
  private static final String OWN = "registry.example:5000/guildhall/engine:1.2.3";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry.example:5000/guildhall/engine:1.2.4",
        "registry.example:5000/guildhall/engine",
        "registry.example:5000/guildhall/engine@sha256:00",
        "registry.example:5000/guildhall/engine:1@sha256:00"
      })
  void anyVersionOfTheSameRepositoryIsAllowed(String image) {
    assertThatCode(() -> EngineImages.check(image, OWN)).doesNotThrowAnyException();
  }

  @Test
  void noneIsAllowed() {
    assertThatCode(() -> EngineImages.check(null, OWN)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registry.example/guildhall/engine:1.2.3",
        "registry.example:5000/guildhall/engine-x:1.2.3",
        "registry.example:5000/other/engine:1.2.3",
        "engine:1.2.3"
      })
  void anotherRepositoryIsRefusedByName(String image) {
    assertThatThrownBy(() -> EngineImages.check(image, OWN))
        .isInstanceOf(StalledException.class)
        .hasMessageContaining("spec.engineImage: " + image)
        .hasMessageContaining("registry.example:5000/guildhall/engine;");
  }
}
