package dev.guildhall.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DerivedTest {
  private final Derived derived = new Derived(Checkout.ROOT);

  @Test
  @Order(1)
  void whatTheChartContainsOfOtherPartsIsUpToDate() throws Exception {
    check(derived.copies());
  }

  @Test
  @Order(2)
  void theKustomizeBaseIsWhatTheChartsRender() throws Exception {
    check(derived.rendered());
  }

  /** With the system property {@code guildhall.update}, as .ci/update sets it, writes first. */
  private static void check(Map<Path, String> files) throws IOException {
    assertThat(files).isNotEmpty();
    for (var file : files.entrySet()) {
      if (System.getProperty("guildhall.update") != null) {
        Files.createDirectories(file.getKey().getParent());
        Files.writeString(file.getKey(), file.getValue());
      }
      assertThat(file.getKey())
          .as("out of date: run .ci/update")
          .exists()
          .content()
          .isEqualTo(file.getValue());
    }
  }
}
