package dev.guildhall.engine.cluster;

import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** No protection, and therefore no way in or out of this machine. */
public final class PlaintextTransport implements Transport {

  @Override
  public NettyServerBuilder server(int port) {
    return NettyServerBuilder.forAddress(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        InsecureServerCredentials.create());
  }

  @Override
  public ManagedChannel channel(String address, String name, int maxMessageBytes) {
    String host = URI.create("rank://" + address).getHost();
    try {
      if (host == null || !InetAddress.getByName(host).isLoopbackAddress()) {
        throw refused(address);
      }
    } catch (UnknownHostException e) {
      throw refused(address);
    }
    return Channels.open(address, name, InsecureChannelCredentials.create(), maxMessageBytes);
  }

  private static IllegalArgumentException refused(String address) {
    return new IllegalArgumentException(
        address
            + " is not on this machine: plaintext is allowed on loopback addresses only, set"
            + " GUILDHALL_TLS_DIR to a folder with ca.crt, tls.crt and tls.key");
  }

  @Override
  public boolean secure() {
    return false;
  }

  @Override
  public void close() {}
}
