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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Both sides show a certificate of one authority. The files {@code ca.crt}, {@code tls.crt} and
 * {@code tls.key} (PEM, PKCS #8) are read again when they change: new connections use the new ones.
 */
public final class MutualTlsTransport implements Transport {
  private static final System.Logger LOG = System.getLogger(MutualTlsTransport.class.getName());
  private static final List<String> FILES = List.of("ca.crt", "tls.crt", "tls.key");

  private final ScheduledExecutorService reloader =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("tls-reload").daemon().factory());
  private final AdvancedTlsX509KeyManager key = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;
  private final Path folder;
  private List<FileTime> loaded = List.of();

  /**
   * Reads the files.
   *
   * @param reloadSeconds how often to look whether they changed
   * @throws IllegalArgumentException naming the folder, if one is missing or not valid
   */
  public MutualTlsTransport(Path folder, int reloadSeconds) {
    this.folder = folder;
    try {
      trust = AdvancedTlsX509TrustManager.newBuilder().build();
      reload();
    } catch (IOException | GeneralSecurityException e) {
      reloader.shutdownNow();
      throw new IllegalArgumentException("TLS files in " + folder + ": " + e.getMessage(), e);
    }
    reloader.scheduleWithFixedDelay(
        this::reloadQuietly, reloadSeconds, reloadSeconds, TimeUnit.SECONDS);
  }

  /** gRPC's own reloading looks once a minute at the most often. */
  private void reload() throws IOException, GeneralSecurityException {
    List<FileTime> times = new ArrayList<>();
    for (String name : FILES) {
      times.add(Files.getLastModifiedTime(folder.resolve(name)));
    }
    if (!times.equals(loaded)) {
      trust.updateTrustCredentials(file("ca.crt"));
      key.updateIdentityCredentials(file("tls.crt"), file("tls.key"));
      loaded = times;
    }
  }

  private void reloadQuietly() {
    try {
      reload();
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // Perhaps half written: what was loaded stays in use, and the next look tries again.
      LOG.log(System.Logger.Level.WARNING, "TLS files in " + folder + " cannot be reloaded", e);
    }
  }

  private File file(String name) {
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
  public ManagedChannel channel(String address, String name, int maxMessageBytes) {
    ChannelCredentials credentials =
        TlsChannelCredentials.newBuilder().keyManager(key).trustManager(trust).build();
    return Channels.open(address, name, credentials, maxMessageBytes);
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
