package dev.guildhall.engine.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectModelTest {

  private static final Path SMALL =
      Path.of(System.getProperty("guildhall.root")).resolve("manifests/samples/models/small-v3");

  @TempDir Path folder;

  @Test
  void reportsConfigAndDigestWithinTheTerminationMessage() throws IOException {
    var report = folder.resolve("report");
    assertThat(InspectModel.run(SMALL, report)).isZero();
    assertThat(Files.size(report)).isLessThan(4096);
    var json = new ObjectMapper().readTree(report.toFile());
    assertThat(json.path("digest").asText()).matches("sha256:[0-9a-f]{64}");
    assertThat(json.path("config").path("n_routed_experts").asInt()).isEqualTo(32);
  }

  @Test
  void folderWithoutAModelIsAnErrorThatNamesIt() throws IOException {
    var report = folder.resolve("report");
    assertThat(InspectModel.run(folder, report)).isEqualTo(2);
    assertThat(new ObjectMapper().readTree(report.toFile()).path("error").asText())
        .contains("config.json");
  }
}
