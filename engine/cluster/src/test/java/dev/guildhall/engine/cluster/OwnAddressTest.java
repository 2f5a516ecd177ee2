package dev.guildhall.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class OwnAddressTest {

  @Test
  void aNameForOthersBecomesThisMachinesAddress() throws UnknownHostException {
    InetAddress own = InetAddress.getLocalHost();
    String told = OwnAddress.of("rank-1.group.ns.svc:9000");
    assertThat(told).endsWith(":9000");
    assertThat(told)
        .contains(own.isLoopbackAddress() ? "rank-1.group.ns.svc" : own.getHostAddress());
  }

  @Test
  void aNameOfThisMachineOnlyStays() {
    assertThat(OwnAddress.of("127.0.0.1:9001")).isEqualTo("127.0.0.1:9001");
    assertThat(OwnAddress.of("localhost:9001")).isEqualTo("localhost:9001");
    assertThat(OwnAddress.of("[::1]:9001")).isEqualTo("[::1]:9001");
  }
}
