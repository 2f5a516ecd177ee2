package dev.guildhall.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.guildhall.proto.v1.GroupGrpc;
import dev.guildhall.proto.v1.HeartbeatReply;
import dev.guildhall.proto.v1.HeartbeatRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutualTlsTransportTest {
  private static final int MESSAGE_BYTES = 1 << 20;

  @TempDir Path folder;

  private static final class Echo extends GroupGrpc.GroupImplBase {
    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatReply> replies) {
      replies.onNext(HeartbeatReply.newBuilder().setEpoch(request.getEpoch()).build());
      replies.onCompleted();
    }
  }

  /** The echo behind a transport. */
  private static final class Serving implements AutoCloseable {
    private final Server server;

    Serving(MutualTlsTransport transport) throws IOException {
      server = transport.server(0).addService(new Echo()).build().start();
    }

    String address() {
      return "localhost:" + server.getPort();
    }

    @Override
    public void close() {
      server.shutdownNow();
    }
  }

  /** Closes the channel: each call makes a connection of its own. */
  private static long call(ManagedChannel channel) {
    try {
      return GroupGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .heartbeat(HeartbeatRequest.newBuilder().setEpoch(7).build())
          .getEpoch();
    } finally {
      channel.shutdownNow();
    }
  }

  private static void assertRefused(ManagedChannel channel) {
    assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> call(channel));
  }

  @Test
  void onlyCertificatesOfTheAuthorityAreLetIn() throws Exception {
    Path ours = TestCertificates.authority(folder.resolve("ours"));
    Path others = TestCertificates.authority(folder.resolve("others"));
    try (MutualTlsTransport transport = new MutualTlsTransport(ours, 1);
        MutualTlsTransport stranger = new MutualTlsTransport(others, 1)) {
      try (Serving server = new Serving(transport)) {
        String address = server.address();
        assertThat(call(transport.channel(address, MESSAGE_BYTES))).isEqualTo(7);
        assertRefused(stranger.channel(address, MESSAGE_BYTES));
        assertRefused(
            Channels.open(
                address,
                address,
                TlsChannelCredentials.newBuilder()
                    .trustManager(ours.resolve("ca.crt").toFile())
                    .build(),
                MESSAGE_BYTES));
      }
    }
  }

  /** An address that a rank tells of itself proves nothing: the certificate's name does. */
  @Test
  void whoeverAnswersMustHaveTheNameAskedFor() throws Exception {
    Path files = TestCertificates.authority(folder.resolve("ours"));
    try (MutualTlsTransport transport = new MutualTlsTransport(files, 1);
        Serving server = new Serving(transport)) {
      String elsewhere = server.address().replace("localhost", "127.0.0.2");
      assertRefused(transport.channel(elsewhere, MESSAGE_BYTES));
      assertRefused(transport.channel(elsewhere, "rank-1.group.svc:9000", MESSAGE_BYTES));
      assertThat(call(transport.channel(elsewhere, "localhost:9000", MESSAGE_BYTES))).isEqualTo(7);
    }
  }

  @Test
  void rotatedFilesAreUsedWithoutARestart() throws Exception {
    Path files = TestCertificates.authority(folder.resolve("first"));
    Path next = TestCertificates.authority(folder.resolve("second"));
    try (MutualTlsTransport transport = new MutualTlsTransport(files, 1);
        MutualTlsTransport rotated = new MutualTlsTransport(next, 1)) {
      try (Serving server = new Serving(transport)) {
        String address = server.address();
        assertRefused(rotated.channel(address, MESSAGE_BYTES));
        for (String name : List.of("ca.crt", "tls.crt", "tls.key")) {
          Files.write(files.resolve(name), Files.readAllBytes(next.resolve(name)));
        }
        await()
            .atMost(30, TimeUnit.SECONDS)
            .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
            .until(() -> call(rotated.channel(address, MESSAGE_BYTES)) == 7);
      }
    }
  }

  @Test
  void missingFilesAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MutualTlsTransport(folder, 1))
        .withMessageContaining(folder.toString());
  }

  @Test
  void plaintextIsForLoopbackOnly() throws IOException {
    try (PlaintextTransport transport = new PlaintextTransport()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> transport.channel("192.0.2.1:9000", MESSAGE_BYTES))
          .withMessageContaining("GUILDHALL_TLS_DIR");
      Server server = transport.server(0).addService(new Echo()).build().start();
      assertThat(server.getListenSockets().toString()).contains("127.0.0.1");
      server.shutdownNow();
    }
  }
}
