package dev.guildhall.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

  @TempDir Path folder;

  private static UsageEvent event(String id, int tokens, String outcome) {
    return new UsageEvent(
        id,
        "acme",
        "acme/default",
        "m",
        "ns/m",
        "g",
        "2026-01-01T00:00:00Z",
        10,
        0,
        tokens,
        1,
        2,
        1,
        outcome,
        null);
  }

  @Test
  void usageIsThereAgainAfterARestartUntilItIsDone() throws IOException {
    try (Spool spool = new Spool(folder)) {
      spool.open(event("a", 0, ""));
      spool.usage(event("a", 5, "stop")).join();
      spool.open(event("b", 0, ""));
      spool.usage(event("b", 6, "stop")).join();
      spool.done("a");
    }
    try (Spool spool = new Spool(folder)) {
      assertThat(spool.found()).containsExactly(event("b", 6, "stop"));
    }
  }

  @Test
  void aDeathInMidRequestCommitsWhatWasNotedAndForgetsWhatUsedNothing() throws IOException {
    try (Spool spool = new Spool(folder)) {
      spool.open(event("idle", 0, ""));
      spool.open(event("running", 0, ""));
      spool.progress(event("running", 3, "cancelled"));
      spool.progress(event("running", 7, "cancelled"));
    }
    try (Spool spool = new Spool(folder)) {
      assertThat(spool.found()).containsExactly(event("running", 7, "gateway_lost"));
    }
    try (Spool spool = new Spool(folder)) {
      assertThat(spool.found())
          .as("settled once, the same for ever")
          .containsExactly(event("running", 7, "gateway_lost"));
    }
  }

  @Test
  void lateProgressDoesNotUndoUsage() throws IOException {
    try (Spool spool = new Spool(folder)) {
      spool.open(event("a", 0, ""));
      spool.usage(event("a", 9, "stop")).join();
      spool.progress(event("a", 4, "cancelled"));
    }
    try (Spool spool = new Spool(folder)) {
      assertThat(spool.found()).containsExactly(event("a", 9, "stop"));
    }
  }

  @Test
  void aSecondProcessIsKeptAway() throws IOException {
    Spool spool = new Spool(folder);
    try (spool) {
      assertThatThrownBy(() -> new Spool(folder))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by another gateway");
    }
  }

  @Test
  void aDamagedLineIsSkippedAndKeptAside() throws IOException {
    try (Spool spool = new Spool(folder)) {
      spool.usage(event("a", 1, "stop")).join();
      spool.usage(event("b", 2, "stop")).join();
    }
    Path log = folder.resolve("usage.log");
    List<String> lines = Files.readAllLines(log);
    Files.write(log, List.of(lines.get(0).replace("acme", "ACME"), lines.get(1)));
    try (Spool spool = new Spool(folder)) {
      assertThat(spool.found()).containsExactly(event("b", 2, "stop"));
      assertThat(folder.resolve("usage.log.damaged")).exists();
    }
  }

  @Test
  void compactionKeepsWhatIsPending() throws IOException {
    try (Spool spool = new Spool(folder)) {
      spool.usage(event("kept", 1, "stop")).join();
      for (int i = 0; i < 20_000; i++) {
        spool.usage(event("x" + i, 1, "stop"));
        spool.done("x" + i);
      }
      spool.usage(event("last", 2, "stop")).join();
    }
    assertThat(Files.size(folder.resolve("usage.log"))).isLessThan(5L << 20);
    try (Spool spool = new Spool(folder)) {
      assertThat(spool.found()).extracting(UsageEvent::id).contains("kept", "last");
    }
  }

  /**
   * A power cut leaves any beginning of the file: every event that lies in it whole is found, and
   * nothing else.
   */
  @Property(tries = 60)
  void anyTornEndIsCutOff(@ForAll @IntRange(min = 0, max = 100) int percent) throws IOException {
    Path torn = Files.createTempDirectory("spool");
    try (Spool spool = new Spool(torn)) {
      for (int i = 0; i < 5; i++) {
        spool.usage(event("e" + i, i, "stop")).join();
      }
    }
    Path log = torn.resolve("usage.log");
    byte[] bytes = Files.readAllBytes(log);
    int length = bytes.length * percent / 100;
    Files.write(log, java.util.Arrays.copyOf(bytes, length));
    int whole =
        (int)
            new String(bytes, 0, length, java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .filter(l -> SpoolRecord.parse(l).isPresent())
                .count();
    int ended =
        (int) java.util.stream.IntStream.range(0, length).filter(i -> bytes[i] == '\n').count();
    try (Spool spool = new Spool(torn)) {
      assertThat(spool.found()).hasSize(ended).hasSizeLessThanOrEqualTo(whole);
      spool.usage(event("after", 1, "stop")).join();
    }
    try (Spool spool = new Spool(torn)) {
      assertThat(spool.found()).hasSize(ended + 1);
    }
  }
}
