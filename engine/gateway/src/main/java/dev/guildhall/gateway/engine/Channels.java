package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.routes.Credentials;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Makes channels to ranks: mutual TLS where there are certificates, plaintext to this machine only.
 */
final class Channels {

  private static final int MOST_REPLY_BYTES = 32 << 20;

  private Channels() {}

  /**
   * A channel that connects when it is first used, and again by itself.
   *
   * @throws IllegalArgumentException for plaintext to another machine, or unusable certificates
   */
  static ManagedChannel open(String address, Optional<Credentials.Tls> tls) {
    if (tls.isEmpty() && !loopback(address)) {
      throw new IllegalArgumentException(
          "rank "
              + address
              + " is not on this machine and the routes come without ca.crt, tls.crt and tls.key: refusing plaintext");
    }
    return Grpc.newChannelBuilder(
            address, tls.map(Channels::mutual).orElseGet(InsecureChannelCredentials::create))
        .maxInboundMessageSize(MOST_REPLY_BYTES)
        .idleTimeout(1, TimeUnit.DAYS)
        .build();
  }

  private static ChannelCredentials mutual(Credentials.Tls tls) {
    try {
      return TlsChannelCredentials.newBuilder()
          .trustManager(new ByteArrayInputStream(tls.ca()))
          .keyManager(
              new ByteArrayInputStream(tls.certificate()), new ByteArrayInputStream(tls.key()))
          .build();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "ca.crt, tls.crt or tls.key of the routes cannot be read", e);
    }
  }

  /** Decided by the address as written, without asking any name server. */
  static boolean loopback(String address) {
    String host = address.substring(0, address.lastIndexOf(':'));
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
