package dev.guildhall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command with the real oracle and the real CPU backend. */
class VerifyCommandTest {
  private static final Path GOLDENS =
      Path.of(System.getProperty("guildhall.root", "../..")).resolve("engine/goldens");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine command = Guildhall.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return command.execute(args);
  }

  @Test
  void checksReferenceAndCpuThroughItsSteps() throws IOException {
    int code =
        run(
            "verify",
            GOLDENS.resolve("mtp-one").toString(),
            GOLDENS.resolve("moe-yarn-long").toString(),
            "-o",
            "json");
    JsonNode reports = new ObjectMapper().readTree(out.toString());
    assertThat(code).as(err.toString()).isZero();
    assertThat(reports).hasSize(2);
    JsonNode subjects = reports.get(0).get("subjects");
    assertThat(subjects.size()).isGreaterThanOrEqualTo(2);
    assertThat(subjects.get(1).get("name").asText()).startsWith("cpu");
    assertThat(subjects.get(1).get("results"))
        .extracting(r -> r.get("check").asText())
        .contains("logits", "router.2.experts", "mtp.logits_from_post_norm", "greedy.tokens");
  }

  @Test
  void comparesWithTheOracleWhereAFolderHasNoExpectations(@TempDir Path dir) throws IOException {
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(GOLDENS.resolve("moe-fp8-blocks").resolve(file), dir.resolve(file));
    }
    assertThat(run("verify", dir.toString())).as(err.toString()).isZero();
    assertThat(out.toString()).contains("logits against reference").contains(" 0 broken");
  }

  @Test
  void exitsWithOneOnAMismatchAndGoesOnAfterABadFolder(@TempDir Path dir) throws IOException {
    for (String file : new String[] {"config.json", "model.safetensors", "golden.safetensors"}) {
      Files.copy(GOLDENS.resolve("moe-basic").resolve(file), dir.resolve(file));
    }
    Path weights = dir.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 0x40;
    Files.write(weights, bytes);
    int code = run("verify", dir.resolve("none").toString(), dir.toString(), "--backend", "cpu");
    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("no config.json in");
    assertThat(out.toString()).contains("BROKEN").doesNotContain("reference,");
  }

  @Test
  void namesTheBackendsItKnows() {
    assertThat(run("verify", "x", "--backend", "tpu")).isEqualTo(2);
    assertThat(err.toString()).contains("unknown backend 'tpu'; one of: reference, [cpu, cuda]");
  }
}
