package dev.guildhall.cli.serve;

import dev.guildhall.devcluster.FreePorts;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
    List<Integer> ports = FreePorts.choose(3 + 2 * ranks);
    return new LocalPorts(
        free(gateway),
        ports.get(0),
        ports.get(1),
        ports.get(2),
        ports.subList(3, 3 + ranks),
        ports.subList(3 + ranks, 3 + 2 * ranks));
  }

  /** The port asked for, or any for 0. */
  private static int free(int gateway) throws IOException {
    try (var socket = new ServerSocket(gateway, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (BindException | IllegalArgumentException e) {
      throw new ServeException(
          "port %d on 127.0.0.1 cannot be used (%s); choose another with --port"
              .formatted(gateway, e.getMessage()));
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
