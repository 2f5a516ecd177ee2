package dev.guildhall.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.gateway.routes.Credentials;
import dev.guildhall.proto.v1.EngineGrpc;
import dev.guildhall.proto.v1.GetStatusRequest;
import dev.guildhall.proto.v1.RankStatus;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ranks are called with the routes' certificate, and only ranks of the routes' authority are
 * believed.
 */
class MutualTlsTest {

  @TempDir Path folder;

  @Test
  void onlyCertificatesOfOneAuthorityTalk() throws Exception {
    Map<String, byte[]> ours = authority(Files.createDirectory(folder.resolve("ours")));
    Map<String, byte[]> theirs = authority(Files.createDirectory(folder.resolve("theirs")));
    ServerCredentials server =
        TlsServerCredentials.newBuilder()
            .keyManager(
                folder.resolve("ours/tls.crt").toFile(), folder.resolve("ours/tls.key").toFile())
            .trustManager(folder.resolve("ours/ca.crt").toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
            .build();
    Server rank = Grpc.newServerBuilderForPort(0, server).addService(new Status()).build().start();
    try {
      assertThat(model(rank, Credentials.of(ours).tls())).isEqualTo("small-v3");
      assertThatThrownBy(() -> model(rank, Credentials.of(theirs).tls()))
          .isInstanceOf(StatusRuntimeException.class);
      Map<String, byte[]> stranger = new HashMap<>(theirs);
      stranger.put("ca.crt", ours.get("ca.crt"));
      assertThatThrownBy(() -> model(rank, Credentials.of(stranger).tls()))
          .as("believes the rank, is not believed")
          .isInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(() -> model(rank, Optional.empty()))
          .as("plaintext")
          .isInstanceOf(StatusRuntimeException.class);
    } finally {
      rank.shutdownNow();
    }
  }

  /** A rank that says what it serves and nothing else. */
  private static final class Status extends EngineGrpc.EngineImplBase {
    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<RankStatus> reply) {
      reply.onNext(RankStatus.newBuilder().setModel("small-v3").build());
      reply.onCompleted();
    }
  }

  private static String model(Server rank, Optional<Credentials.Tls> tls) {
    ManagedChannel channel = Channels.open("127.0.0.1:" + rank.getPort(), tls);
    try {
      return EngineGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .getStatus(GetStatusRequest.getDefaultInstance())
          .getModel();
    } finally {
      channel.shutdownNow();
    }
  }

  private static Map<String, byte[]> authority(Path at) throws IOException, InterruptedException {
    Files.writeString(at.resolve("san"), "subjectAltName=IP:127.0.0.1\n");
    String key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(at, "req -x509 " + key + " -keyout ca.key -out ca.crt -days 2 -subj /CN=authority");
    openssl(at, "req " + key + " -keyout tls.key -out tls.csr -subj /CN=rank");
    openssl(
        at,
        "x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out tls.crt -extfile san");
    Map<String, byte[]> files = new HashMap<>();
    for (String name : new String[] {"ca.crt", "tls.crt", "tls.key"}) {
      files.put(name, Files.readAllBytes(at.resolve(name)));
    }
    return files;
  }

  private static void openssl(Path at, String arguments) throws IOException, InterruptedException {
    Path log = at.resolve("openssl.log");
    Process process =
        new ProcessBuilder(("openssl " + arguments).split(" "))
            .directory(at.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor()).as(log.toString()).isZero();
  }
}
