package dev.guildhall.engine.cluster;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** Channels as ranks need them. */
final class Channels {
  private Channels() {}

  static ManagedChannel open(
      String address, String name, ChannelCredentials credentials, int maxMessageBytes) {
    return NettyChannelBuilder.forTarget("dns:///" + address, credentials)
        .overrideAuthority(name)
        .maxInboundMessageSize(maxMessageBytes)
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(3, TimeUnit.SECONDS)
        .build();
  }
}
