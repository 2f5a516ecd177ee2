package dev.guildhall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CpuBenchTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void jsonHasARateForEveryPhaseAndBatch() throws Exception {
    String folder = Checkout.root().resolve("engine/goldens/moe-basic").toString();
    assertThat(
            run("bench", "cpu", folder, "--rounds=2", "--prompt=4", "--kernels=java", "-o", "json"))
        .isZero();
    JsonNode result = new ObjectMapper().readTree(out.toString());
    Set<String> seen = new HashSet<>();
    for (JsonNode measure : result.get("measures")) {
      seen.add(measure.get("what").asText() + " " + measure.get("batch").asInt());
      assertThat(measure.get("values")).hasSize(2);
      measure.get("values").forEach(v -> assertThat(v.asDouble()).isPositive());
      assertThat(measure.get("median").asDouble())
          .isBetween(measure.get("least").asDouble(), measure.get("most").asDouble());
    }
    assertThat(seen)
        .contains("prefill 1", "prefill 4", "prefill 16", "decode 1", "decode 4", "decode 16");
  }

  @Test
  void anUnknownFormOfKernelsIsNamed() {
    assertThat(run("bench", "cpu", "--kernels=gpu")).isEqualTo(1);
    assertThat(err.toString()).contains("'gpu'").contains("native,vector,java");
  }

  private int run(String... arguments) {
    CommandLine command =
        Guildhall.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(arguments);
  }
}
