package dev.guildhall.devcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortsTest {
  @Test
  void portsDifferCanBeListenedOnAndAreNoneThatOutgoingConnectionsGet() throws IOException {
    var ports = FreePorts.choose(200);
    assertThat(ports).hasSize(200).doesNotHaveDuplicates().allMatch(port -> port < 32_768);
    try (var door = new ServerSocket(ports.getFirst(), 1, InetAddress.getLoopbackAddress())) {
      assertThat(door.isBound()).isTrue();
    }
  }
}
