package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.cluster.ExpertGroup;
import dev.guildhall.engine.cluster.GroupIdentity;
import dev.guildhall.engine.runtime.Generator;
import dev.guildhall.engine.runtime.RuntimeLimits;
import dev.guildhall.engine.runtime.RuntimeStatus;
import dev.guildhall.proto.v1.RankStatus;
import java.util.function.Supplier;

/** What {@code GetStatus} answers. */
record StatusReport(
    RankOptions options,
    GroupIdentity identity,
    String assetsDigest,
    RuntimeLimits limits,
    Backend backend,
    Generator generator,
    ExpertGroup group,
    Readiness readiness,
    Supplier<LivePlacement.State> placement)
    implements Supplier<RankStatus> {

  @Override
  public RankStatus get() {
    RuntimeStatus now = generator.status();
    return RankStatus.newBuilder()
        .setModel(options.modelName())
        .setModelDigest(identity.modelDigest())
        .setGroup(identity.name())
        .setRank(options.rank())
        .setRanks(identity.ranks())
        .addAllMissingRanks(group.missing())
        .setEpoch(group.view().epoch())
        .setPlacementEpoch(group.placement())
        .setPlacementProblem(placement.get().problem())
        .setPlacementPauseNanos(placement.get().pauseNanos())
        .setReady(readiness.ready())
        .setNotReadyReason(readiness.notReadyBecause())
        .setRunning(now.running())
        .setWaiting(now.waiting())
        .setQueuedTokens(now.queuedTokens())
        .setCachePagesUsed(now.pagesUsed())
        .setCachePages(now.pages())
        .setPageTokens(backend.cache().pageTokens())
        .setMaxContext(limits.maxContext())
        .setDraining(now.draining() || group.draining())
        .setBackend(backend.name())
        .setPrefillNanosTotal(now.prefillNanos())
        .setDecodeNanosTotal(now.decodeNanos())
        .setAssetsDigest(assetsDigest)
        .build();
  }
}
