package dev.guildhall.engine.cluster;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;

/** How ranks are called, and call each other: mutual TLS, or plaintext within one machine. */
public interface Transport extends AutoCloseable {

  /** A server builder bound to where this transport may be heard. */
  NettyServerBuilder server(int port);

  /**
   * A channel to {@code host:port} that reconnects within a second and notices a vanished peer.
   *
   * @throws IllegalArgumentException if this transport must not be used to reach the host
   */
  default ManagedChannel channel(String address, int maxMessageBytes) {
    return channel(address, address, maxMessageBytes);
  }

  /**
   * The same to a server that is known by another name.
   *
   * @param name {@code host:port} that its certificate must be made for
   */
  ManagedChannel channel(String address, String name, int maxMessageBytes);

  /** Whether connections are encrypted and both sides authenticated. */
  boolean secure();

  @Override
  void close();
}
