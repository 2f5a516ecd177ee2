package dev.guildhall.cli.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * This machine as a pool of one node with one simulated GPU per rank, so that the local ledger has
 * GPU-seconds to bill. While it runs it notes every few seconds that it is alive: after a crash,
 * the next start ends the bill there and not at that next start.
 */
final class SimulatedPool {
  static final String NAME = "cpu-simulated";

  /** USD per GPU-hour, made up. */
  static final String PRICE = "2.00";

  private static final String NODE = "this-machine";
  private static final int NOTE_SECONDS = 2;

  private final LocalLedger ledger;
  private final LocalModel model;
  private final Path alive;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private boolean joined;

  SimulatedPool(LocalLedger ledger, Path state, LocalModel model) {
    this.ledger = ledger;
    this.model = model;
    this.alive = state.resolve("pool-alive");
  }

  /** Ends what a crashed run left open, then holds one GPU per rank as loading. */
  synchronized void join() throws IOException, InterruptedException {
    if (Files.exists(alive)) {
      ledger.nodeState(event(Files.readString(alive).strip(), 0, List.of()));
    }
    note();
    joined = true;
    clock.scheduleAtFixedRate(this::noteQuietly, NOTE_SECONDS, NOTE_SECONDS, TimeUnit.SECONDS);
    hold("loading");
  }

  /** The model answers. */
  synchronized void serving() throws IOException, InterruptedException {
    if (joined) {
      hold("serving");
    }
  }

  /** The node leaves; if the ledger cannot be told, the next start tells it. */
  synchronized void leave() {
    if (!joined) {
      return;
    }
    joined = false;
    clock.shutdownNow();
    try {
      note();
      ledger.nodeState(event(Instant.now().toString(), 0, List.of()));
      Files.deleteIfExists(alive);
    } catch (IOException | ServeException notTold) {
      // The note stays.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hold(String state) throws IOException, InterruptedException {
    Map<String, Object> holding =
        Map.of(
            "gpus",
            model.ranks(),
            "state",
            state,
            "namespace",
            "local",
            "workload",
            model.name(),
            "role",
            "unified",
            "group",
            "local",
            "tenant",
            "local",
            "model",
            model.name());
    ledger.nodeState(event(Instant.now().toString(), model.ranks(), List.of(holding)));
  }

  private static Map<String, Object> event(String at, int gpus, List<?> holdings) {
    return Map.of(
        "id", UUID.randomUUID().toString(),
        "pool", NAME,
        "node", NODE,
        "at", at,
        "gpus", gpus,
        "pricePerGpuHour", PRICE,
        "holdings", holdings);
  }

  private void note() throws IOException {
    Path next = alive.resolveSibling("pool-alive.next");
    Files.writeString(next, Instant.now().toString());
    Files.move(next, alive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private synchronized void noteQuietly() {
    try {
      if (joined) {
        note();
      }
    } catch (IOException e) {
      // The next note is a moment away; a full disk shows in the ledger's log.
    }
  }
}
