package dev.guildhall.engine.server;

import static org.awaitility.Awaitility.await;

import dev.guildhall.proto.v1.EngineGrpc;
import dev.guildhall.proto.v1.GenerateReply;
import dev.guildhall.proto.v1.GenerateRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Ranks of one group in this process, talking over real sockets on loopback. */
final class TestGroup implements AutoCloseable {
  private final Path model;
  private final Map<String, String> more;
  private final List<Integer> ports;
  private final Rank[] ranks;
  private final ManagedChannel[] channels;
  private final List<Relay> relays = new ArrayList<>();

  TestGroup(Path model, int size) {
    this(model, size, false);
  }

  /**
   * @param relayed what ranks send to each other goes through relays
   */
  TestGroup(Path model, int size, boolean relayed) {
    this(model, size, relayed, Map.of());
  }

  /**
   * @param more variables of every rank, in which {@code %d} stands for the rank's number
   */
  TestGroup(Path model, int size, boolean relayed, Map<String, String> more) {
    this.model = model;
    this.more = more;
    ports = freePorts(size);
    if (relayed) {
      ports.forEach(port -> relays.add(relayTo(port)));
    }
    ranks = new Rank[size];
    channels = new ManagedChannel[size];
    for (int i = 0; i < size; i++) {
      start(i);
      channels[i] =
          NettyChannelBuilder.forAddress("127.0.0.1", ports.get(i)).usePlaintext().build();
    }
  }

  static Path root() {
    return Path.of(System.getProperty("guildhall.root", "../..")).toAbsolutePath();
  }

  static Path sample() {
    return root().resolve("manifests/samples/models/small-v3");
  }

  /**
   * Below those that outgoing connections get: ranks ask for each other before all of them listen,
   * and would otherwise now and then be given the very port that they ask for.
   */
  static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      while (sockets.size() < count) {
        int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
        try {
          sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (BindException e) {
          // Somebody has it; another one will do.
        }
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Relay relayTo(int port) {
    try {
      return new Relay(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the other ranks call this one through. */
  Relay relay(int rank) {
    return relays.get(rank);
  }

  void start(int rank) {
    List<Integer> doors = relays.isEmpty() ? ports : relays.stream().map(Relay::port).toList();
    List<String> peers = doors.stream().map(p -> "127.0.0.1:" + p).toList();
    Map<String, String> variables =
        new HashMap<>(
            Map.of(
                "GUILDHALL_RANK", String.valueOf(rank),
                "GUILDHALL_RANKS", String.valueOf(peers.size()),
                "GUILDHALL_PEERS", String.join(",", peers),
                "GUILDHALL_GRPC_PORT", String.valueOf(ports.get(rank)),
                "GUILDHALL_HTTP_PORT", "0",
                "GUILDHALL_EXPERT_SECONDS", relays.isEmpty() ? "10" : "3"));
    more.forEach((name, value) -> variables.put(name, value.formatted(rank)));
    RankOptions options =
        OptionsReader.read(variables, List.of("--model-dir", model.toString()), "host");
    try {
      ranks[rank] = Rank.start(options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Rank rank(int rank) {
    return ranks[rank];
  }

  void stop(int rank) {
    ranks[rank].close();
    ranks[rank] = null;
  }

  void awaitReady() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              for (Rank rank : ranks) {
                if (rank != null && !rank.notReadyBecause().isEmpty()) {
                  return false;
                }
              }
              return true;
            });
  }

  EngineGrpc.EngineBlockingStub stub(int rank) {
    return EngineGrpc.newBlockingStub(channels[rank]);
  }

  ManagedChannel channel(int rank) {
    return channels[rank];
  }

  /** Greedy tokens, without stop tokens. */
  int[] greedy(int rank, String id, int[] prompt, int count) {
    GenerateRequest.Builder request =
        GenerateRequest.newBuilder().setRequestId(id).setMaxTokens(count);
    for (int token : prompt) {
      request.addPrompt(token);
    }
    List<Integer> ids = new ArrayList<>();
    Iterator<GenerateReply> replies = stub(rank).generate(request.build());
    replies.forEachRemaining(r -> r.getTokensList().forEach(t -> ids.add(t.getId())));
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void close() {
    for (ManagedChannel channel : channels) {
      channel.shutdownNow();
    }
    for (Rank rank : ranks) {
      if (rank != null) {
        rank.close();
      }
    }
    relays.forEach(Relay::close);
  }
}
