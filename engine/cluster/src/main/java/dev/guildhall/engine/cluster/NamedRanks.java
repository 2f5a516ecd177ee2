package dev.guildhall.engine.cluster;

import com.google.common.util.concurrent.ListenableFuture;
import dev.guildhall.proto.v1.FindCoordinatorReply;
import dev.guildhall.proto.v1.FindCoordinatorRequest;
import dev.guildhall.proto.v1.GroupGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The other ranks under their names. When one cannot be reached, its name is looked up anew: it may
 * have been made elsewhere. One that is only slow, as a process that has just started is, is given
 * some more time to take the connection.
 */
final class NamedRanks implements OtherRanks {
  /** Questions of a second each until a connection is begun anew. */
  private static final int MOST_UNANSWERED = 3;

  /** A connection, and how often in a row it brought no answer. */
  private static final class Way {
    final ManagedChannel channel;
    private int unanswered;

    Way(ManagedChannel channel) {
      this.channel = channel;
    }

    void answered() {
      unanswered = 0;
    }

    void failed(Throwable why) {
      boolean slow = Status.fromThrowable(why).getCode() == Status.Code.DEADLINE_EXCEEDED;
      if (!slow || ++unanswered == MOST_UNANSWERED) {
        unanswered = 0;
        channel.enterIdle();
      }
    }
  }

  private final String group;
  private final List<String> names;
  private final Transport transport;
  private final int maxMessageBytes;
  private final Map<Integer, Way> ways = new ConcurrentHashMap<>();

  NamedRanks(String group, List<String> names, Transport transport, int maxMessageBytes) {
    this.group = group;
    this.names = List.copyOf(names);
    this.transport = transport;
    this.maxMessageBytes = maxMessageBytes;
  }

  private Way way(int rank) {
    return ways.computeIfAbsent(
        rank, _ -> new Way(transport.channel(names.get(rank), maxMessageBytes)));
  }

  @Override
  public synchronized List<Election.Says> ask(List<Integer> ranks) {
    var request = FindCoordinatorRequest.newBuilder().setGroup(group).build();
    Map<Way, ListenableFuture<FindCoordinatorReply>> asked = new LinkedHashMap<>();
    for (int rank : ranks) {
      Way way = way(rank);
      asked.put(
          way,
          GroupGrpc.newFutureStub(way.channel)
              .withDeadlineAfter(1, TimeUnit.SECONDS)
              .findCoordinator(request));
    }
    List<Election.Says> said = new ArrayList<>();
    asked.forEach(
        (way, reply) -> {
          try {
            said.add(says(reply.get()));
            way.answered();
          } catch (ExecutionException e) {
            way.failed(e.getCause());
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
    return Coordinator.remote(way(rank).channel);
  }

  @Override
  public void keepOnly(int rank) {
    ways.entrySet()
        .removeIf(
            entry -> {
              boolean other = entry.getKey() != rank;
              if (other) {
                entry.getValue().channel.shutdown();
              }
              return other;
            });
  }

  @Override
  public void close() {
    ways.values().forEach(way -> way.channel.shutdownNow());
  }
}
