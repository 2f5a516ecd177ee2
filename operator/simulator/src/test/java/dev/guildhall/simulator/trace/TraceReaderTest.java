package dev.guildhall.simulator.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceReaderTest {

  private static final String AZURE = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

  @TempDir Path folder;

  @Test
  void readsAzure() throws IOException {
    var trace =
        TraceReader.read(
            file(
                AZURE
                    + "2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n"));
    assertThat(trace.requests())
        .containsExactly(new Request(0, 374, 0, 44), new Request(4_314_579, 396, 0, 109));
  }

  @Test
  void readsMooncakeAndCountsBlocksSeenBefore() throws IOException {
    var trace =
        TraceReader.read(
            file(
                """
                {"timestamp": 0, "input_length": 1100, "output_length": 6, "hash_ids": [0, 1, 2]}
                {"timestamp": 40, "input_length": 1200, "output_length": 3, "hash_ids": [0, 1, 9]}
                """));
    assertThat(trace.requests())
        .containsExactly(new Request(0, 1100, 0, 6), new Request(40_000, 1200, 1024, 3));
  }

  @Test
  void samplesAreReadWhole() throws IOException {
    var traces = Path.of(System.getProperty("guildhall.root"), "manifests/samples/traces");
    assertThat(TraceReader.read(traces.resolve("azure-2023-conversation.csv")).requests())
        .hasSize(19_366);
    assertThat(TraceReader.read(traces.resolve("mooncake-synthetic.jsonl")).requests())
        .hasSize(3_993);
  }

  @Test
  void refusesAnUnknownHeading() throws IOException {
    refused("time,tokens\n1,2\n", ":1: neither the heading");
  }

  @Test
  void refusesALineOfTooFewCells() throws IOException {
    refused(AZURE + "2023-11-16 18:15:46.68,374\n", ":2: expected 3 cells");
  }

  @Test
  void refusesNegativeTokens() throws IOException {
    refused(AZURE + "2023-11-16 18:15:46.68,-1,4\n", ":2: ContextTokens is -1");
  }

  @Test
  void refusesATimeThatIsNone() throws IOException {
    refused(AZURE + "yesterday,1,4\n", ":2: TIMESTAMP 'yesterday'");
  }

  @Test
  void refusesTimesThatRunBackwards() throws IOException {
    refused(
        AZURE + "2023-11-16 18:15:46.68,1,4\n2023-11-16 18:15:45.68,1,4\n",
        ":3: time runs backwards by 1.000 s");
  }

  @Test
  void refusesBrokenJson() throws IOException {
    refused("{\"timestamp\": 0,\n", ":1: no JSON");
  }

  @Test
  void refusesAMissingField() throws IOException {
    refused("{\"timestamp\": 0, \"input_length\": 5}\n", ":1: output_length is missing");
  }

  @Test
  void refusesAFileWithoutRequests() throws IOException {
    refused(AZURE, ": no requests");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> TraceReader.read(folder.resolve("none.csv")))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("there is no such file");
  }

  private void refused(String text, String message) throws IOException {
    var file = file(text);
    assertThatThrownBy(() -> TraceReader.read(file))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("trace"), text);
  }
}
