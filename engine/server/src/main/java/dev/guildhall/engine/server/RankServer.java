package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.DeviceException;
import dev.guildhall.engine.cluster.InvalidPlacementException;
import dev.guildhall.engine.model.ModelException;
import java.io.IOException;
import java.net.InetAddress;
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
  private static final long LOSS_MILLIS = 200;

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
      RankLife life = new RankLife(options, rank -> said(options, rank));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(life)));
      String lost = life.run();
      if (!lost.isEmpty()) {
        end(lost);
      }
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

  private static void said(RankOptions options, Rank rank) {
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
        rank.httpPort());
  }

  /** Without draining: nothing that waits can be computed here, and another process can. */
  private static void end(String lost) throws InterruptedException {
    Log.event("lost", "reason", lost);
    // Requests under way have been told; their answers leave first.
    Thread.sleep(LOSS_MILLIS);
    Runtime.getRuntime().halt(LOST);
  }

  private static void fail(String why) {
    System.err.println("guildhall rank: " + why);
    System.exit(2);
  }

  private static void stop(RankLife life) {
    try {
      life.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
