package dev.guildhall.engine.server;

import dev.guildhall.engine.cluster.Transport;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/** Channels to ranks of other groups; those that were used least recently are closed. */
final class PrefillPeers implements AutoCloseable {
  private static final int MOST = 128;

  private final Transport transport;
  private final int messageBytes;
  private final Map<String, ManagedChannel> channels =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ManagedChannel> eldest) {
          if (size() > MOST) {
            eldest.getValue().shutdown();
          }
          return size() > MOST;
        }
      };

  /**
   * @param messageBytes the largest reply that is taken
   */
  PrefillPeers(Transport transport, int messageBytes) {
    this.transport = transport;
    this.messageBytes = messageBytes;
  }

  /**
   * A channel to HOST:PORT.
   *
   * @throws IllegalArgumentException if it must not be reached
   */
  synchronized Channel channel(String address) {
    return channels.computeIfAbsent(address, a -> transport.channel(a, messageBytes));
  }

  @Override
  public synchronized void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    channels.clear();
  }
}
