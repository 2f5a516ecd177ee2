package dev.guildhall.devcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {

  private static final List<String> SLEEP = List.of("sleep", "600");

  @TempDir Path root;
  private Layout layout;
  private Processes processes;

  @BeforeEach
  void create() throws IOException {
    layout = new Layout(root);
    layout.create();
    processes = new Processes(layout);
  }

  @AfterEach
  void stop() throws IOException {
    processes.stop("sleeper", Duration.ofSeconds(2));
  }

  @Test
  void aStartedProcessRunsUntilItIsStopped() throws IOException {
    processes.start("sleeper", SLEEP);
    assertThat(processes.running("sleeper", SLEEP)).isTrue();

    processes.stop("sleeper", Duration.ofSeconds(5));

    assertThat(processes.running("sleeper")).isFalse();
    assertThat(layout.run("sleeper.pid")).doesNotExist();
  }

  @Test
  void anotherCommandIsNotTakenForTheSameProcess() throws IOException {
    processes.start("sleeper", SLEEP);

    assertThat(processes.running("sleeper", List.of("sleep", "601"))).isFalse();
  }

  @Test
  void aReusedProcessIdIsNeitherSeenNorKilled() throws IOException {
    long self = ProcessHandle.current().pid();
    Files.writeString(layout.run("sleeper.pid"), self + " 1 0123456789abcdef\n");

    assertThat(processes.running("sleeper")).isFalse();
    processes.stop("sleeper", Duration.ZERO);
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }

  @Test
  void aDamagedPidFileCountsAsNotRunning() throws IOException {
    Files.writeString(layout.run("sleeper.pid"), "junk");

    assertThat(processes.running("sleeper")).isFalse();
  }
}
