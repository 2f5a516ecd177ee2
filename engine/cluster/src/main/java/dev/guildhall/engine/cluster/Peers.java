package dev.guildhall.engine.cluster;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;

/** Channels to the ranks of a group, opened when first used, reconnecting by themselves. */
final class Peers implements AutoCloseable {
  private final List<String> addresses;
  private final List<ManagedChannel> channels = new ArrayList<>();

  Peers(List<String> addresses, Transport transport, int maxMessageBytes) {
    this.addresses = List.copyOf(addresses);
    for (String address : addresses) {
      channels.add(transport.channel(address, maxMessageBytes));
    }
  }

  Channel channel(int rank) {
    return channels.get(rank);
  }

  String address(int rank) {
    return addresses.get(rank);
  }

  /** Drops back-off: a rank that is a member again is tried at once. */
  void reconnect() {
    channels.forEach(ManagedChannel::resetConnectBackoff);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
