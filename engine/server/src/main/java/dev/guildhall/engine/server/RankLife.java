package dev.guildhall.engine.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A rank, and another one in its place when the model's folder comes to be another: the process
 * stays, and with it the pod, its GPU and its place in the group. Running requests are finished
 * first, as when the process is told to stop. All ranks of a group change at the same time; they
 * find each other again once all have.
 */
final class RankLife {
  private static final long LOOK_MILLIS = 200;

  /** A kubelet that asks every two seconds sees for sure that the rank was not ready. */
  private static final long SEEN_NANOS = 10_000_000_000L;

  private final Consumer<Rank> started;
  private RankOptions options;

  /** Null while there is none. */
  private Rank rank;

  private boolean stopped;

  /**
   * @param started told of each rank, once its ports are open
   */
  RankLife(RankOptions options, Consumer<Rank> started) {
    this.options = options;
    this.started = started;
  }

  /**
   * Runs until {@link #stop} or until the device is lost.
   *
   * @return why the device was lost; empty after {@link #stop}
   * @throws IOException if a port is taken
   */
  String run() throws IOException, InterruptedException {
    if (!begin(Rank.start(options))) {
      return "";
    }
    while (true) {
      Thread.sleep(LOOK_MILLIS);
      if (isStopped()) {
        return "";
      }
      if (rank.lostBecause().isPresent()) {
        return rank.lostBecause().get();
      }
      Path folder = folder();
      if (!folder.equals(options.modelDir())) {
        options = options.at(folder);
        if (!begin(replaced())) {
          return "";
        }
      }
    }
  }

  private synchronized boolean begin(Rank next) {
    rank = next;
    if (stopped) {
      rank.close();
      return false;
    }
    started.accept(rank);
    return true;
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  /** While the file is being written it may name nothing: the folder is the one in use then. */
  private Path folder() {
    try {
      return options.folder().now();
    } catch (InvalidOptionException e) {
      return options.modelDir();
    }
  }

  private Rank replaced() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Log.event("model changes", "folder", options.modelDir());
    var address = OperationsServer.address(options, rank.httpPort());
    int aborted = rank.drain(Duration.ofSeconds(options.drainSeconds()));
    rank.close();
    synchronized (this) {
      rank = null;
    }
    var waiting = OperationsServer.notReady(address, "loading the model in " + options.modelDir());
    try {
      Rank next =
          Rank.start(
              options,
              () -> {
                await(SEEN_NANOS - (System.nanoTime() - begun));
                waiting.close();
              });
      Log.event("model changed", "aborted", aborted, "seconds", (System.nanoTime() - begun) / 1e9);
      return next;
    } finally {
      waiting.close();
    }
  }

  private static void await(long nanos) {
    try {
      Thread.sleep(Duration.ofNanos(Math.max(0, nanos)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Finishes running requests, at most as long as the options say, and ends the rank. */
  void stop() throws InterruptedException {
    Rank last;
    synchronized (this) {
      stopped = true;
      last = rank;
    }
    if (last != null) {
      Log.event("draining", "seconds", options.drainSeconds());
      int aborted = last.drain(Duration.ofSeconds(options.drainSeconds()));
      last.close();
      Log.event("stopped", "aborted", aborted);
    }
  }
}
