package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.cluster.ExpertGroup;
import dev.guildhall.engine.cluster.Placement;
import dev.guildhall.engine.cluster.PlacementReader;
import dev.guildhall.engine.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Follows the placement file: loads what a new placement needs beside the steps, offers it to the
 * group, and lets the old one go when no rank uses it any more. What cannot be loaded is tried
 * again for ever, while the group goes on with the old one.
 */
final class LivePlacement implements AutoCloseable {
  private static final long POLL_MILLIS = 500;
  private static final long LONGEST_WAIT_MILLIS = 30_000;

  private final Path file;
  private final ModelConfig config;
  private final int ranks;
  private final Backend backend;
  private final ExpertGroup group;
  private final Thread thread;
  private byte[] seen = {};
  private int failures;
  private long tryAgainNanos = System.nanoTime();
  private volatile State state = new State("", 0, 0);

  /**
   * How it goes.
   *
   * @param problem why the newest placement is not loaded; empty if it is
   * @param pauseNanos the longest time since the start for which steps could not run because
   *     experts moved
   * @param loadNanos how long it took to load the newest placement
   */
  record State(String problem, long pauseNanos, long loadNanos) {
    State failed(String why) {
      return new State(why, pauseNanos, loadNanos);
    }

    State paused(long nanos) {
      return new State(problem, Math.max(pauseNanos, nanos), loadNanos);
    }

    State loaded(long nanos) {
      return new State("", pauseNanos, nanos);
    }
  }

  LivePlacement(Path file, ModelConfig config, int ranks, Backend backend, ExpertGroup group) {
    this.file = file;
    this.config = config;
    this.ranks = ranks;
    this.backend = backend;
    this.group = group;
    thread = Thread.ofPlatform().name("placement").daemon().start(this::loop);
  }

  State state() {
    return state;
  }

  private void loop() {
    try {
      while (true) {
        Thread.sleep(POLL_MILLIS);
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      letGo();
      byte[] now = Files.readAllBytes(file);
      boolean changed = !Arrays.equals(now, seen);
      if (changed || (failures > 0 && System.nanoTime() - tryAgainNanos >= 0)) {
        seen = now;
        take(PlacementReader.read(file, config, ranks));
        failures = 0;
      }
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  private void take(Placement next) {
    if (next.epoch() <= group.offered().getLast()) {
      state = state.failed("");
      return;
    }
    long start = System.nanoTime();
    if (ranks > 1) {
      state = state.paused(backend.hold(group.with(next)));
    }
    group.offer(next);
    state = state.loaded(System.nanoTime() - start);
    Log.event("placement loaded", "placement", next.epoch(), "seconds", state.loadNanos() / 1e9);
  }

  private void letGo() {
    List<Long> offered = group.offered();
    if (offered.size() > 1 && group.view().oldestPlacement() > offered.getFirst()) {
      var needed = group.retire();
      if (ranks > 1) {
        state = state.paused(backend.hold(needed));
      }
      Log.event(
          "placement in use",
          "placement",
          group.placement(),
          "longestPauseSeconds",
          state.pauseNanos() / 1e9);
    }
  }

  private void failed(Exception e) {
    String why = e.getMessage() == null ? e.toString() : e.getMessage();
    if (!why.equals(state.problem())) {
      Log.event("placement not loaded", "reason", why);
    }
    state = state.failed(why);
    long wait = Math.min(LONGEST_WAIT_MILLIS, POLL_MILLIS << Math.min(failures++, 6));
    tryAgainNanos = System.nanoTime() + wait * 1_000_000;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
