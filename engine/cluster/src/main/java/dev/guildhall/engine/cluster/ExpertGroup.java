package dev.guildhall.engine.cluster;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.model.ModelConfig;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** This rank's part in an expert-parallel group: its membership, its peers and the exchange. */
public final class ExpertGroup implements AutoCloseable {
  private final Peers peers;
  private final GroupMember member;
  private final GrpcExpertExchange exchange;
  private final List<BindableService> services = new ArrayList<>();
  private final int probeLayer;
  private final int hiddenSize;

  /**
   * Prepares; nothing is sent before {@link #start}.
   *
   * @param addresses of all ranks, in their order
   * @param expertLimit how long a call for experts to another rank may take
   * @param onChange told of every change of the group, from one thread, after calls of an epoch
   *     that is over have been failed
   */
  public ExpertGroup(
      GroupIdentity identity,
      int rank,
      List<String> addresses,
      Placement placement,
      ModelConfig config,
      Backend backend,
      Transport transport,
      int maxMessageBytes,
      Duration expertLimit,
      Consumer<GroupView> onChange) {
    peers = new Peers(addresses, transport, maxMessageBytes);
    ExpertCompute local = backend.localExperts();
    Coordinator coordinator;
    if (rank == 0) {
      coordinator = Coordinator.local(new Membership(identity, GroupMember.SILENCE.toNanos()));
      services.add(new GroupService(coordinator));
    } else {
      coordinator = Coordinator.remote(peers.channel(0));
    }
    member =
        new GroupMember(
            identity, rank, addresses.get(rank), coordinator, view -> changed(view, onChange));
    int[][] owners = placement.owners(rank, config.experts());
    exchange =
        new GrpcExpertExchange(identity, rank, owners, local, peers, member::view, expertLimit);
    services.add(
        new ExpertsService(
            identity, placement.heldBy(rank), config.hiddenSize(), local, member::view));
    probeLayer = config.denseLayers();
    hiddenSize = config.hiddenSize();
  }

  private void changed(GroupView view, Consumer<GroupView> onChange) {
    exchange.epoch(view);
    peers.reconnect();
    onChange.accept(view);
  }

  /** To be served on this rank's gRPC port. */
  public List<BindableService> services() {
    return List.copyOf(services);
  }

  /** Joins, and keeps the membership from now on. */
  public void start() {
    member.start();
  }

  /** The group as last seen. */
  public GroupView view() {
    return member.view();
  }

  /** Computes experts wherever they are. */
  public ExpertCompute experts() {
    return exchange;
  }

  /**
   * Has every rank compute one row of the first layer with experts.
   *
   * @throws ExpertsUnavailableException if one does not
   */
  public void probe() {
    exchange.probe(probeLayer, hiddenSize);
  }

  /** Says that this rank has drawn a token through the whole group in an epoch. */
  public void answered(long epoch) {
    member.answered(epoch);
  }

  @Override
  public void close() {
    member.close();
    peers.close();
  }
}
