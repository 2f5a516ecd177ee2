package dev.guildhall.engine.cluster;

import dev.guildhall.proto.v1.Member;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Channels to the ranks of a group, opened when first used, reconnecting by themselves. A rank is
 * first looked for under its name; once it is a member, where it said it can be reached: name
 * servers may be seconds behind when a rank is made anew elsewhere.
 */
final class Peers implements AutoCloseable {
  private final List<String> names;
  private final Transport transport;
  private final int maxMessageBytes;
  private final AtomicReferenceArray<Peer> peers;

  /** Where a start of a rank is reached; the incarnation is null before it is known. */
  private record Peer(String address, String incarnation, ManagedChannel channel) {}

  Peers(List<String> names, Transport transport, int maxMessageBytes) {
    this.names = List.copyOf(names);
    this.transport = transport;
    this.maxMessageBytes = maxMessageBytes;
    peers = new AtomicReferenceArray<>(names.size());
    for (int rank = 0; rank < names.size(); rank++) {
      peers.set(rank, open(rank, names.get(rank), null));
    }
  }

  private Peer open(int rank, String address, String incarnation) {
    return new Peer(
        address, incarnation, transport.channel(address, names.get(rank), maxMessageBytes));
  }

  Channel channel(int rank) {
    return peers.get(rank).channel();
  }

  String name(int rank) {
    return names.get(rank);
  }

  /** Reaches the ranks where the view says; for one thread. */
  void seen(GroupView view) {
    for (Member member : view.members()) {
      Peer before = peers.get(member.getRank());
      if (!member.getIncarnation().equals(before.incarnation())) {
        peers.set(
            member.getRank(), open(member.getRank(), member.getAddress(), member.getIncarnation()));
        before.channel().shutdown();
      }
    }
    for (int rank = 0; rank < peers.length(); rank++) {
      peers.get(rank).channel().resetConnectBackoff();
    }
  }

  @Override
  public void close() {
    for (int rank = 0; rank < peers.length(); rank++) {
      peers.get(rank).channel().shutdownNow();
    }
  }
}
