package dev.guildhall.engine.cluster;

import com.google.common.util.concurrent.ListenableFuture;
import dev.guildhall.proto.v1.FindCoordinatorReply;
import dev.guildhall.proto.v1.FindCoordinatorRequest;
import dev.guildhall.proto.v1.GroupGrpc;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The other ranks under their names. When one does not answer, its name is looked up anew: it may
 * have been made elsewhere.
 */
final class NamedRanks implements OtherRanks {
  private final String group;
  private final List<String> names;
  private final Transport transport;
  private final int maxMessageBytes;
  private final Map<Integer, ManagedChannel> channels = new ConcurrentHashMap<>();

  NamedRanks(String group, List<String> names, Transport transport, int maxMessageBytes) {
    this.group = group;
    this.names = List.copyOf(names);
    this.transport = transport;
    this.maxMessageBytes = maxMessageBytes;
  }

  private ManagedChannel channel(int rank) {
    return channels.computeIfAbsent(rank, _ -> transport.channel(names.get(rank), maxMessageBytes));
  }

  @Override
  public List<Election.Says> ask(List<Integer> ranks) {
    var request = FindCoordinatorRequest.newBuilder().setGroup(group).build();
    Map<ManagedChannel, ListenableFuture<FindCoordinatorReply>> asked = new LinkedHashMap<>();
    for (int rank : ranks) {
      ManagedChannel channel = channel(rank);
      asked.put(
          channel,
          GroupGrpc.newFutureStub(channel)
              .withDeadlineAfter(1, TimeUnit.SECONDS)
              .findCoordinator(request));
    }
    List<Election.Says> said = new ArrayList<>();
    asked.forEach(
        (channel, reply) -> {
          try {
            said.add(says(reply.get()));
          } catch (ExecutionException e) {
            channel.enterIdle();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return said;
  }

  private static Election.Says says(FindCoordinatorReply reply) {
    return new Election.Says(
        reply.hasCoordinator() ? reply.getCoordinator() : Election.NOBODY,
        reply.getComplete(),
        reply.getMembers());
  }

  @Override
  public Coordinator at(int rank) {
    return Coordinator.remote(channel(rank));
  }

  @Override
  public void keepOnly(int rank) {
    channels
        .entrySet()
        .removeIf(
            entry -> {
              boolean other = entry.getKey() != rank;
              if (other) {
                entry.getValue().shutdown();
              }
              return other;
            });
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }
}
