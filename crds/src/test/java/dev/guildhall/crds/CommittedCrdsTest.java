package dev.guildhall.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.crdv2.generator.CRDGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The CRDs in the chart are what the Java types say. With {@code -Dguildhall.crds.write} the files
 * are written instead.
 */
class CommittedCrdsTest {

  private static final Path CHART =
      Path.of(System.getProperty("guildhall.root")).resolve("charts/guildhall-crds/templates");

  @Test
  void committedCrdsAreThoseOfTheTypes(@TempDir Path generated) throws IOException {
    var count =
        new CRDGenerator()
            .customResourceClasses(CrdSurgery.TYPES)
            .forCRDVersions("v1")
            .withPostProcessor(new CrdSurgery())
            .inOutputDir(generated.toFile())
            .generate();
    assertThat(count).isEqualTo(7);
    var expected = read(generated);
    if (System.getProperty("guildhall.crds.write") != null) {
      Files.createDirectories(CHART);
      for (var file : expected.entrySet()) {
        Files.writeString(CHART.resolve(file.getKey()), file.getValue());
      }
    }
    assertThat(read(CHART))
        .as("charts/guildhall-crds/templates differs: ./mvnw -pl crds test -Dguildhall.crds.write")
        .isEqualTo(expected);
  }

  private static TreeMap<String, String> read(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    try (var list = Files.list(folder)) {
      for (var file : list.toList()) {
        var name = file.getFileName().toString().replace("-v1.yml", ".yaml");
        if (name.endsWith(".yaml")) {
          files.put(name, Files.readString(file));
        }
      }
    }
    return files;
  }
}
