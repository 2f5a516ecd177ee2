package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.DeviceException;
import dev.guildhall.engine.cluster.InvalidPlacementException;
import dev.guildhall.engine.model.ModelException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * The rank process. Exit status 2: it is configured in a way that cannot work; 3: its device
 * failed. SIGTERM drains, then exits.
 */
public final class RankServer {
  static {
    // Seconds that a request to the HTTP port may take to arrive; the server has no other switch.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("jdk.httpserver.maxConnections", "256");
  }

  private static final int LOST = 3;
  private static final long LOSS_POLL_MILLIS = 200;

  private RankServer() {}

  /**
   * Runs until the process is told to stop; with the argument {@code inspect}, see {@link
   * InspectModel}.
   */
  public static void main(String[] args) throws InterruptedException {
    Log.captureLibraries();
    try {
      if (args.length == 1 && args[0].equals("inspect")) {
        System.exit(InspectModel.run(System.getenv()));
      }
      RankOptions options =
          OptionsReader.read(
              System.getenv(), List.of(args), InetAddress.getLocalHost().getHostName());
      long start = System.nanoTime();
      Rank rank = Rank.start(options);
      Log.event(
          "rank started",
          "model",
          options.modelName(),
          "group",
          options.group(),
          "rank",
          options.rank(),
          "ranks",
          options.ranks(),
          "backend",
          rank.backend(),
          "grpcPort",
          rank.grpcPort(),
          "httpPort",
          rank.httpPort(),
          "loadSeconds",
          (System.nanoTime() - start) / 1_000_000 / 1000.0);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(rank, options.drainSeconds())));
      awaitLoss(rank);
    } catch (IOException e) {
      fail("cannot open a port or write a report: " + e.getMessage());
    } catch (InvalidOptionException
        | InvalidPlacementException
        | ModelException
        | DeviceException
        | IllegalArgumentException e) {
      fail(e.getMessage());
    }
  }

  /** Without draining: nothing that waits can be computed here, and another process can. */
  private static void awaitLoss(Rank rank) throws InterruptedException {
    while (rank.lostBecause().isEmpty()) {
      Thread.sleep(LOSS_POLL_MILLIS);
    }
    Log.event("lost", "reason", rank.lostBecause().get());
    // Requests under way have been told; their answers leave first.
    Thread.sleep(LOSS_POLL_MILLIS);
    Runtime.getRuntime().halt(LOST);
  }

  private static void fail(String why) {
    System.err.println("guildhall rank: " + why);
    System.exit(2);
  }

  private static void stop(Rank rank, int drainSeconds) {
    try {
      Log.event("draining", "seconds", drainSeconds);
      int aborted = rank.drain(Duration.ofSeconds(drainSeconds));
      rank.close();
      Log.event("stopped", "aborted", aborted);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
