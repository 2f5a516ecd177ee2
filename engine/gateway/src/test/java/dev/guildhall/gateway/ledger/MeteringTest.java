package dev.guildhall.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.guildhall.gateway.GatewayConfig;
import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.support.Await;
import dev.guildhall.gateway.support.FakeLedger;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks and ledgers that hang: no request waits for them without end. */
@Timeout(60)
class MeteringTest {

  @TempDir Path folder;

  private final GatewayMetrics metrics = new GatewayMetrics();

  /** A disk that can be full. */
  private static final class Disk extends SpoolFile {
    private final AtomicBoolean full;

    Disk(Path folder, SpoolState state, AtomicBoolean full) throws IOException {
      super(folder, state);
      this.full = full;
    }

    @Override
    void append(byte[] lines, boolean durable) throws IOException {
      if (full.get()) {
        throw new IOException("No space left on device");
      }
      super.append(lines, durable);
    }
  }

  private static UsageEvent event(String id) {
    return new UsageEvent(
        id,
        "acme",
        "acme/default",
        "m",
        "ns/m",
        "g",
        "2026-01-01T00:00:00Z",
        10,
        0,
        5,
        1,
        2,
        1,
        "stop",
        null);
  }

  private static GatewayConfig.Ledger config() {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(GatewayConfig.class)
        .withDefaultValue("guildhall.gateway.routes", "file:none")
        .build()
        .getConfigMapping(GatewayConfig.class)
        .ledger();
  }

  @Test
  void fullDiskRefusesNewRequestsAndEndsRunningOnesWithTheirUsageAtTheLedger() throws Exception {
    AtomicBoolean full = new AtomicBoolean();
    try (FakeLedger ledger = new FakeLedger();
        LedgerClient client = new LedgerClient(ledger.url(), Optional.empty(), metrics);
        Spool spool = new Spool((path, state) -> new Disk(path, state, full), folder)) {
      Metering metering = new Metering(config(), metrics, client, spool);
      metering.reserve(new Reservation("a", "acme", "k", "m", 10, 5, 60), event("a"));
      full.set(true);
      assertThatExceptionOfType(ApiException.class)
          .isThrownBy(
              () -> metering.reserve(new Reservation("b", "acme", "k", "m", 10, 5, 60), event("b")))
          .matches(e -> e.status() == 503);
      Await.until("b is released", () -> ledger.released().contains("b"));
      assertThat(metering.commit(event("a")).get(30, TimeUnit.SECONDS)).isPresent();
      assertThat(ledger.usage()).containsOnlyKeys("a");
      // Closed before the next attempt: the last one is made all the same.
      full.set(false);
    }
    assertThat(Files.readString(folder.resolve("usage.log")))
        .as("the disk has caught up")
        .contains("\"USAGE\",\"id\":\"a\"", "\"DONE\",\"id\":\"a\"");
  }

  @Test
  void ledgerThatStopsInTheMiddleOfItsAnswerIsGivenUp() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        LedgerClient client =
            new LedgerClient(
                "http://127.0.0.1:" + socket.getLocalPort(), Optional.empty(), metrics)) {
      Thread.ofVirtual().start(() -> halfAnAnswer(socket));
      assertThatIOException()
          .isThrownBy(
              () ->
                  client.reserve(
                      new Reservation("a", "acme", "k", "m", 1, 1, 60), Duration.ofMillis(500)));
    }
  }

  private static void halfAnAnswer(ServerSocket server) {
    try {
      Socket socket = server.accept();
      byte[] head =
          "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"
              .getBytes(StandardCharsets.US_ASCII);
      socket.getOutputStream().write(head);
      // And then nothing: the socket stays open until the client closes it.
      socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The test is over.
    }
  }
}
