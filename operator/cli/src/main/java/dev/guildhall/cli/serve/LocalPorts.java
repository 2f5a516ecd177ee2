package dev.guildhall.cli.serve;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Where each process listens on loopback.
 *
 * @param gateway of the API
 * @param gatewayManagement health and metrics of the gateway
 * @param ledger its API
 * @param ledgerManagement its health and metrics
 * @param grpc of each rank
 * @param http health and metrics of each rank
 */
record LocalPorts(
    int gateway,
    int gatewayManagement,
    int ledger,
    int ledgerManagement,
    List<Integer> grpc,
    List<Integer> http) {

  /**
   * Checks that the API's port is free and picks free ones for the rest.
   *
   * @throws ServeException if the port is taken
   */
  static LocalPorts choose(int gateway, int ranks) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      try {
        held.add(new ServerSocket(gateway, 1, InetAddress.getLoopbackAddress()));
      } catch (BindException | IllegalArgumentException e) {
        throw new ServeException(
            "port %d on 127.0.0.1 cannot be used (%s); choose another with --port"
                .formatted(gateway, e.getMessage()));
      }
      // All are held until all are chosen, so that none is chosen twice.
      for (int i = 0; i < 3 + 2 * ranks; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
      return new LocalPorts(
          ports.get(0),
          ports.get(1),
          ports.get(2),
          ports.get(3),
          ports.subList(4, 4 + ranks),
          ports.subList(4 + ranks, 4 + 2 * ranks));
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  String ledgerUrl() {
    return "http://127.0.0.1:" + ledger;
  }

  String gatewayUrl() {
    return "http://127.0.0.1:" + gateway;
  }

  List<String> peers() {
    return grpc.stream().map(port -> "127.0.0.1:" + port).toList();
  }
}
