package dev.guildhall.engine.cluster;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Both sides show a certificate of one authority. The files {@code ca.crt}, {@code tls.crt} and
 * {@code tls.key} (PEM, PKCS #8) are read again when they change: new connections use the new ones.
 */
public final class MutualTlsTransport implements Transport {
  private final ScheduledExecutorService reloader =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("tls-reload").daemon().factory());
  private final AdvancedTlsX509KeyManager key = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;

  /**
   * Reads the files.
   *
   * @param reloadSeconds how often to look whether they changed
   * @throws IllegalArgumentException naming the folder, if one is missing or not valid
   */
  public MutualTlsTransport(Path folder, int reloadSeconds) {
    try {
      trust = AdvancedTlsX509TrustManager.newBuilder().build();
      trust.updateTrustCredentials(
          file(folder, "ca.crt"), reloadSeconds, TimeUnit.SECONDS, reloader);
      key.updateIdentityCredentials(
          file(folder, "tls.crt"),
          file(folder, "tls.key"),
          reloadSeconds,
          TimeUnit.SECONDS,
          reloader);
    } catch (IOException | GeneralSecurityException e) {
      reloader.shutdownNow();
      throw new IllegalArgumentException("TLS files in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static File file(Path folder, String name) {
    return folder.resolve(name).toFile();
  }

  @Override
  public NettyServerBuilder server(int port) {
    ServerCredentials credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(key)
            .trustManager(trust)
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
            .build();
    return NettyServerBuilder.forPort(port, credentials);
  }

  @Override
  public ManagedChannel channel(String address, int maxMessageBytes) {
    ChannelCredentials credentials =
        TlsChannelCredentials.newBuilder().keyManager(key).trustManager(trust).build();
    return Channels.open(address, credentials, maxMessageBytes);
  }

  @Override
  public boolean secure() {
    return true;
  }

  @Override
  public void close() {
    reloader.shutdownNow();
  }
}
