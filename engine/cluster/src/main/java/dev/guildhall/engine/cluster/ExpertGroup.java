package dev.guildhall.engine.cluster;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.StepExperts;
import dev.guildhall.engine.model.ModelConfig;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** This rank's part in an expert-parallel group: its membership, its peers and the exchange. */
public final class ExpertGroup implements AutoCloseable {
  private final Peers peers;
  private final OtherRanks others;
  private final GroupMember member;
  private final GrpcExpertExchange exchange;
  private final HeldPlacements placements;
  private final List<BindableService> services = new ArrayList<>();
  private final Turns turns;
  private final CountedExperts local;
  private final int rank;
  private final int ranks;
  private final int layers;
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
    local = new CountedExperts(backend.localExperts(), config.layers() + config.mtpLayers());
    placements = new HeldPlacements(rank, config.layers(), config.experts(), placement);
    others = new NamedRanks(identity.name(), addresses, transport, maxMessageBytes);
    Coordination coordination =
        new Coordination(
            rank,
            identity.ranks(),
            others,
            () -> new Membership(identity, GroupMember.SILENCE.toNanos(), placements::covered),
            System::nanoTime);
    services.add(new GroupService(identity.name(), coordination));
    member =
        new GroupMember(
            identity,
            rank,
            OwnAddress.of(addresses.get(rank)),
            coordination,
            placements,
            view -> changed(view, onChange));
    exchange = new GrpcExpertExchange(identity, rank, local, peers, member::view, expertLimit);
    services.add(
        new ExpertsService(identity, placements, config.hiddenSize(), local, member::view));
    turns = new Turns(placements, exchange::by, member::tell);
    this.rank = rank;
    ranks = identity.ranks();
    layers = config.layers();
    probeLayer = config.denseLayers();
    hiddenSize = config.hiddenSize();
  }

  private void changed(GroupView view, Consumer<GroupView> onChange) {
    exchange.epoch(view);
    turns.view(view.placement());
    peers.seen(view);
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

  /** Where to read how many requests this rank has; to be said before {@link #start}. */
  public void requests(IntSupplier count) {
    member.requests(count);
  }

  /** Tells the group that this rank will leave when none of its ranks has requests. */
  public void drain() {
    member.drain();
  }

  /** Whether a rank of the group will leave soon, so that none should take requests. */
  public boolean draining() {
    return member.groupDraining();
  }

  /**
   * Whether nobody needs this rank's experts: no rank has a request, or the group is broken anyway.
   * As of a beat, up to a second ago.
   */
  public boolean idle() {
    return member.groupRequests() == 0 || !member.view().complete();
  }

  /** The group as last seen. */
  public GroupView view() {
    return member.view();
  }

  /** The rank that keeps the membership, as last found; -1 before one was. */
  public int coordinator() {
    return member.coordinator();
  }

  /**
   * The ranks that the group does without, lowest first; empty where it is whole or cannot compute.
   */
  public List<Integer> missing() {
    GroupView now = member.view();
    BitSet missing = now.there();
    missing.flip(0, ranks);
    return now.complete() ? missing.stream().boxed().toList() : List.of();
  }

  /** For each layer of a step the experts that a rank holds, by the placement in use. */
  public List<BitSet> heldBy(int which) {
    return placements
        .route(placements.used())
        .map(route -> route.placement().heldBy(which).subList(0, layers))
        .orElse(List.of());
  }

  /**
   * Rows that this rank's experts have computed since the start, for itself and for others, in each
   * layer with experts of a step.
   */
  public long[] expertRows() {
    return local.rows(probeLayer, layers);
  }

  /** How many ranks compute the group's steps. */
  public int computing() {
    return ranks - missing().size();
  }

  /** Computes experts wherever they are, each step by one placement. */
  public StepExperts experts() {
    return turns;
  }

  /**
   * Lets the group use a placement; this rank must hold its experts. The group goes over to it when
   * all ranks have offered it.
   */
  public void offer(Placement placement) {
    placements.add(placement);
    member.tell();
  }

  /** Epochs of the placements that this rank can compute under, lowest first. */
  public List<Long> offered() {
    return placements.epochs();
  }

  /** The epoch of the placement that this rank's steps go by. */
  public long placement() {
    return placements.used();
  }

  /**
   * Takes back the placements that no rank uses any more.
   *
   * @return what this rank still needs of each layer
   */
  public List<BitSet> retire() {
    placements.retire(member.view().oldestPlacement());
    return placements.union();
  }

  /** What this rank needs of each layer to compute by what it offered and by one more placement. */
  public List<BitSet> with(Placement next) {
    List<BitSet> all = placements.union();
    List<BitSet> more = next.heldBy(rank);
    for (int layer = 0; layer < all.size(); layer++) {
      all.get(layer).or(more.get(layer));
    }
    return all;
  }

  /**
   * Has every rank compute one row of the first layer with experts.
   *
   * @throws ExpertsUnavailableException if one does not
   */
  public void probe() {
    turns.run(route -> exchange.probe(route, probeLayer, hiddenSize));
  }

  /** Says that this rank has drawn a token through the whole group in an epoch. */
  public void answered(long epoch) {
    member.answered(epoch);
  }

  @Override
  public void close() {
    member.close();
    peers.close();
    others.close();
  }
}
