package dev.guildhall.devcluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on loopback for processes that are about to start. They lie below those that systems give
 * to outgoing connections (from 32768 on Linux): who asks for a process before it listens could
 * otherwise be given that very port, and take it from it.
 */
public final class FreePorts {
  private static final int LOWEST = 20_000;
  private static final int BEYOND = 32_000;
  private static final int MOST_TRIES = 1_000;

  private FreePorts() {}

  /**
   * Different ports that nobody listens on now.
   *
   * @throws IOException if too few can be found
   */
  public static List<Integer> choose(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      // All are held until all are chosen, so that none is chosen twice.
      for (int tries = 0; held.size() < count; tries++) {
        try {
          held.add(listen(ThreadLocalRandom.current().nextInt(LOWEST, BEYOND)));
        } catch (BindException e) {
          if (tries == MOST_TRIES) {
            throw e;
          }
        }
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
