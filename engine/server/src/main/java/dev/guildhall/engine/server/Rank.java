package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.GroupChangingException;
import dev.guildhall.engine.backend.StepExperts;
import dev.guildhall.engine.cluster.ExpertGroup;
import dev.guildhall.engine.cluster.GroupIdentity;
import dev.guildhall.engine.cluster.GroupView;
import dev.guildhall.engine.cluster.MutualTlsTransport;
import dev.guildhall.engine.cluster.Placement;
import dev.guildhall.engine.cluster.PlacementReader;
import dev.guildhall.engine.cluster.PlaintextTransport;
import dev.guildhall.engine.cluster.Transport;
import dev.guildhall.engine.model.ModelAssets;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.ModelDigest;
import dev.guildhall.engine.runtime.Generator;
import dev.guildhall.engine.runtime.RuntimeLimits;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A running rank: the backend, the runtime, its part in the group and its doors. */
public final class Rank implements AutoCloseable {
  /** Two beats and a look of the gateway's. */
  private static final long SETTLE_NANOS = 2_500_000_000L;

  private static final long LOOK_MILLIS = 100;

  /** What a message has beside its largest field. */
  private static final int MESSAGE_ROOM = 64 << 10;

  private final int ranks;
  private final Transport transport;
  private final Backend backend;
  private final ExpertGroup group;
  private final LivePlacement live;
  private final Generator generator;
  private final PrefillPeers prefillPeers;
  private final Warmup warmup;
  private final Readiness readiness = new Readiness();
  private final HealthStatusManager health = new HealthStatusManager();
  private final ExecutorService calls =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("grpc-", 0).daemon().factory());
  private final Server grpc;
  private final OperationsServer operations;

  private Rank(RankOptions options, Runnable beforeDoors) throws IOException {
    ModelConfig config = ModelConfig.read(options.modelDir());
    Placement placement = PlacementReader.read(options.placementFile(), config, options.ranks());
    int maxContext = Limits.maxContext(options, config);
    int messageBytes = Limits.messageBytes(options, config, maxContext);
    GroupIdentity identity =
        new GroupIdentity(options.group(), options.ranks(), ModelDigest.of(options.modelDir()));
    ModelAssets assets = ModelAssets.read(options.modelDir());
    transport =
        options.tlsDir() == null
            ? new PlaintextTransport()
            : new MutualTlsTransport(options.tlsDir(), 10);
    backend =
        Backends.named(options.backend())
            .open(
                options.modelDir(),
                new BackendOptions(
                    Limits.cacheTokens(options, maxContext),
                    options.maxBatchTokens(),
                    options.ranks() == 1 ? null : placement.heldBy(options.rank())));
    RuntimeLimits limits = Limits.runtime(options, config, backend.cache(), maxContext);
    PrometheusRegistry registry = new PrometheusRegistry();
    group =
        new ExpertGroup(
            identity,
            options.rank(),
            options.peers(),
            placement,
            config,
            backend,
            transport,
            messageBytes,
            Duration.ofSeconds(options.expertSeconds()),
            this::changed);
    ranks = options.ranks();
    live =
        options.placementFile() == null
            ? null
            : new LivePlacement(options.placementFile(), config, options.ranks(), backend, group);
    StepExperts experts = options.ranks() == 1 ? null : this::turn;
    generator = new Generator(backend, experts, limits, new MetricsObserver(registry));
    group.requests(() -> generator.status().running() + generator.status().waiting());
    warmup = new Warmup(generator, group::probe, this::answered, Math.max(0, config.bosToken()));
    StatusMetrics.register(registry, generator, backend, group, this::placement);
    StatusReport status =
        new StatusReport(
            options,
            identity,
            assets.digest(),
            limits,
            backend,
            generator,
            group,
            readiness,
            this::placement);
    CacheIdentity cache = CacheIdentity.of(identity.modelDigest(), backend.cache());
    prefillPeers = new PrefillPeers(transport, backend.cache().pageBytes() + MESSAGE_ROOM);
    RemotePrefill elsewhere =
        new RemotePrefill(
            generator,
            cache,
            prefillPeers::channel,
            Duration.ofSeconds(options.prefillSeconds()),
            new TransferMetrics(registry));
    beforeDoors.run();
    NettyServerBuilder builder = transport.server(options.grpcPort());
    group.services().forEach(builder::addService);
    grpc =
        builder
            .executor(calls)
            .addService(
                new EngineService(
                    generator,
                    elsewhere,
                    readiness,
                    status,
                    assets,
                    identity.modelDigest(),
                    group::computing))
            .addService(new PrefillService(generator, readiness, cache, group::computing))
            .addService(health.getHealthService())
            .maxInboundMessageSize(messageBytes)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .build()
            .start();
    operations =
        new OperationsServer(
            OperationsServer.address(options, options.httpPort()),
            () -> generator.alive() && lostBecause().isEmpty(),
            readiness::notReadyBecause,
            new ExpertReport(backend, group, this::placement),
            new GroupReport(group, ranks),
            registry);
    health.setStatus("", ServingStatus.NOT_SERVING);
    group.start();
  }

  /**
   * Loads the model and opens the ports; returns before the group is complete.
   *
   * @throws InvalidOptionException if the options do not fit the model
   * @throws IOException if a port is taken
   */
  public static Rank start(RankOptions options) throws IOException {
    return start(options, () -> {});
  }

  /**
   * The same.
   *
   * @param beforeDoors what is to be done once the model is loaded, before the ports are opened
   */
  static Rank start(RankOptions options, Runnable beforeDoors) throws IOException {
    return new Rank(options, beforeDoors);
  }

  private void changed(GroupView view) {
    Log.event(
        "group changed",
        "epoch",
        view.epoch(),
        "complete",
        view.complete(),
        "ready",
        view.ready(),
        "reason",
        view.reason());
    if (!view.ready()) {
      String reason =
          view.complete() ? "the group has not answered a token yet" : "group: " + view.reason();
      readiness.group(reason);
      // In a group that has formed anew the running answers go on: no rank has lost anything of
      // them.
      if (!view.complete()) {
        generator.abortAll("the group changed: " + reason);
      }
    } else {
      readiness.group("");
    }
    showHealth();
    warmup.seen(view);
  }

  private LivePlacement.State placement() {
    return live == null ? new LivePlacement.State("", 0, 0) : live.state();
  }

  private StepExperts.Turn turn() {
    StepExperts.Turn turn = group.experts().open();
    return new StepExperts.Turn() {
      @Override
      public float[] forward(int layer, ExpertBatch batch) {
        return experts(turn, layer, batch);
      }

      @Override
      public void close() {
        turn.close();
      }
    };
  }

  /**
   * Computes experts over the group. When a rank does not, although it is in the group, this rank
   * takes no requests until the group has answered a token again: each would wait as long.
   */
  private float[] experts(ExpertCompute turn, int layer, ExpertBatch batch) {
    try {
      return turn.forward(layer, batch);
    } catch (GroupChangingException e) {
      throw e;
    } catch (ExpertsUnavailableException e) {
      Log.event("experts failed", "reason", e.getMessage());
      readiness.experts(e.getMessage());
      showHealth();
      generator.abortAll(e.getMessage());
      warmup.again();
      throw e;
    }
  }

  private void answered(long epoch) {
    readiness.experts("");
    showHealth();
    group.answered(epoch);
  }

  private void showHealth() {
    health.setStatus("", readiness.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** What computes, such as {@code cpu (native avx2)} or {@code cuda} with the device's name. */
  public String backend() {
    return backend.name();
  }

  /** Why this rank will not compute again; empty while it can. */
  public Optional<String> lostBecause() {
    return backend.lostBecause();
  }

  /** The port of the gRPC services. */
  public int grpcPort() {
    return grpc.getPort();
  }

  /** The port of {@code /livez}, {@code /readyz} and {@code /metrics}. */
  public int httpPort() {
    return operations.port();
  }

  /** Empty if this rank takes requests, else why not. */
  public String notReadyBecause() {
    return readiness.notReadyBecause();
  }

  /**
   * Takes no more requests and finishes the running ones, cancelling those that are left after the
   * bound. Then computes experts for the requests of the group's other ranks until these have none,
   * within the same bound.
   *
   * @return how many were cancelled
   */
  public int drain(Duration bound) throws InterruptedException {
    readiness.drain();
    health.setStatus("", ServingStatus.NOT_SERVING);
    long now = System.nanoTime();
    group.drain();
    int aborted = generator.drain(bound);
    awaitOthers(Math.min(now + SETTLE_NANOS, now + bound.toNanos()), now + bound.toNanos());
    return aborted;
  }

  /** Those that ask for requests hear of it within two beats and a look of theirs. */
  private void awaitOthers(long least, long most) throws InterruptedException {
    while (ranks > 1
        && System.nanoTime() < most
        && group.view().complete()
        && (System.nanoTime() < least || !group.idle())) {
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** Stops at once; requests end as cancelled. */
  @Override
  public void close() {
    warmup.close();
    generator.close();
    grpc.shutdown();
    try {
      if (!grpc.awaitTermination(1, TimeUnit.SECONDS)) {
        grpc.shutdownNow();
      }
    } catch (InterruptedException e) {
      grpc.shutdownNow();
      Thread.currentThread().interrupt();
    }
    prefillPeers.close();
    operations.close();
    if (live != null) {
      live.close();
    }
    group.close();
    transport.close();
    backend.close();
    calls.shutdownNow();
  }
}
