package dev.guildhall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a state as the operator records it when a request wakes the quickstart's model. */
class DecisionReplayTest {

  private static String run(String... more) throws URISyntaxException {
    var file = Path.of(DecisionReplayTest.class.getResource("woken.json").toURI()).toString();
    var all = Stream.concat(Stream.of("simulate", "decision", file), Stream.of(more));
    var result = CommandsTest.run(all.toArray(String[]::new));
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return result.out();
  }

  @Test
  void theDecisionIsMadeAgain() throws URISyntaxException {
    assertThat(run())
        .containsPattern("chosen +wake unified with 1 group\\(s\\) +8\\.00 USD +1 requests wait")
        .contains("needed", "groups of unified");
  }

  @Test
  void asJsonItIsWhatTheOperatorRecords() throws URISyntaxException {
    assertThat(run("-o", "json"))
        .startsWith("{\"chosen\":[{\"action\":{\"kind\":\"WAKE\",\"role\":\"unified\"");
  }

  @Test
  void aStateOfAnotherVersionIsNotReplayedByOtherRules(@TempDir Path folder) throws Exception {
    var woken = Files.readString(Path.of(getClass().getResource("woken.json").toURI()));
    assertThat(woken).contains("\"policy\": {");
    var older =
        Files.writeString(
            folder.resolve("older.json"),
            woken.replace("\"policy\": {", "\"policy\": {\"riseShare\":0.75,"));
    var result = CommandsTest.run("simulate", "decision", older.toString());
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains("field 'riseShare'", "replay it with that version");
  }
}
