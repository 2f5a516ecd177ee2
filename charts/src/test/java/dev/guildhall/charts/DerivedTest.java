package dev.guildhall.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DerivedTest {
  private static final String FIX =
      "out of date: run ./mvnw -q -B -pl charts compile exec:java -Dexec.mainClass=dev.guildhall.charts.Derived";

  private final Derived derived = new Derived(Checkout.ROOT);

  @Test
  void whatTheChartContainsOfOtherPartsIsUpToDate() throws Exception {
    check(derived.copies());
  }

  @Test
  void theKustomizeBaseIsWhatTheChartsRender() throws Exception {
    check(derived.rendered());
  }

  private static void check(Map<Path, String> files) {
    assertThat(files).isNotEmpty();
    files.forEach(
        (file, content) -> assertThat(file).as(FIX).exists().content().isEqualTo(content));
  }
}
