package dev.guildhall.devcluster;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Brings components up in order and leaves alone what is already healthy. */
final class Starter {

  private static final Duration GRACE = Duration.ofSeconds(8);
  private static final long PAUSE_MILLIS = 150;

  private final Processes processes;
  private final Progress progress;

  Starter(Processes processes, Progress progress) {
    this.processes = processes;
    this.progress = progress;
  }

  /**
   * Starts each component that does not run with its present command, and restarts one that runs
   * but does not answer in time.
   *
   * @return whether anything had to be started
   * @throws DevClusterException if one does not come up; the message has the end of its log
   */
  boolean start(List<Component> components) throws IOException {
    boolean started = false;
    for (Component component : components) {
      started |= start(component);
    }
    return started;
  }

  private boolean start(Component component) throws IOException {
    progress.detail("waiting for " + component.name());
    if (processes.running(component.name(), component.command())) {
      if (answers(component, Duration.ofSeconds(10))) {
        return false;
      }
      progress.say("  " + component.name() + " runs but does not answer; starting it again");
    }
    processes.stop(component.name(), GRACE);
    processes.start(component.name(), component.command());
    if (!answers(component, component.patience())) {
      boolean alive = processes.running(component.name());
      throw new DevClusterException(
          "%s %s; the end of its log:\n%s"
              .formatted(
                  component.name(),
                  alive ? "did not answer in " + component.patience() : "ended",
                  processes.logTail(component.name())));
    }
    return true;
  }

  private boolean answers(Component component, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      boolean alive = processes.running(component.name());
      if (alive && component.healthy().getAsBoolean()) {
        return true;
      }
      if (!alive || System.nanoTime() > deadline) {
        return false;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DevClusterException("interrupted while waiting", e);
    }
  }
}
