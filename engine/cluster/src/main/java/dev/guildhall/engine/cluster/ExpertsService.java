package dev.guildhall.engine.cluster;

import com.google.common.primitives.Ints;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.proto.v1.ExpertBatch;
import dev.guildhall.proto.v1.ExpertOutputs;
import dev.guildhall.proto.v1.ExpertsGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/** Computes this rank's experts for the other ranks of its group, and for nobody else. */
final class ExpertsService extends ExpertsGrpc.ExpertsImplBase {
  /** Ranks hear of a new epoch within a beat of each other: the caller may ask again. */
  static final Status.Code OTHER_EPOCH = Status.Code.ABORTED;

  private static final System.Logger LOG = System.getLogger(ExpertsService.class.getName());

  private final GroupIdentity group;
  private final HeldPlacements placements;
  private final int hiddenSize;
  private final ExpertCompute local;
  private final Supplier<GroupView> view;

  ExpertsService(
      GroupIdentity group,
      HeldPlacements placements,
      int hiddenSize,
      ExpertCompute local,
      Supplier<GroupView> view) {
    this.group = group;
    this.placements = placements;
    this.hiddenSize = hiddenSize;
    this.local = local;
    this.view = view;
  }

  @Override
  public void forward(ExpertBatch request, StreamObserver<ExpertOutputs> replies) {
    float[] output;
    try {
      checkEpoch(request);
      checkShape(request, held(request));
      output =
          local.forward(
              request.getLayer(),
              new dev.guildhall.engine.backend.ExpertBatch(
                  Ints.toArray(request.getExpertList()),
                  Ints.toArray(request.getRowCountList()),
                  Ints.toArray(request.getRowList()),
                  Rows.decode(request.getHidden()),
                  hiddenSize));
    } catch (StatusRuntimeException e) {
      replies.onError(e);
      return;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "experts failed", e);
      replies.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
      return;
    }
    replies.onNext(ExpertOutputs.newBuilder().setOutput(Rows.encode(output)).build());
    replies.onCompleted();
  }

  private void checkEpoch(ExpertBatch request) {
    GroupView now = view.get();
    require(
        request.getGroup().equals(group.name()) && request.getEpoch() == now.epoch(),
        OTHER_EPOCH.toStatus(),
        "epoch %d of group %s was asked, this rank is in epoch %d of %s",
        request.getEpoch(),
        request.getGroup(),
        now.epoch(),
        group.name());
  }

  private List<BitSet> held(ExpertBatch request) {
    return placements
        .route(request.getPlacementEpoch())
        .map(Route::held)
        .orElseThrow(
            () ->
                Status.FAILED_PRECONDITION
                    .withDescription(
                        "placement %d was asked, this rank holds %s"
                            .formatted(request.getPlacementEpoch(), placements.epochs()))
                    .asRuntimeException());
  }

  private void checkShape(ExpertBatch request, List<BitSet> held) {
    int layer = request.getLayer();
    require(
        layer >= 0 && layer < held.size() && request.getHiddenSize() == hiddenSize,
        Status.INVALID_ARGUMENT,
        "layer %d of width %d is not in this model",
        layer,
        request.getHiddenSize());
    require(
        request.getHidden().size() % (4 * hiddenSize) == 0
            && request.getRowCountCount() == request.getExpertCount(),
        Status.INVALID_ARGUMENT,
        "hidden rows or row counts are incomplete");
    int before = -1;
    for (int expert : request.getExpertList()) {
      require(
          expert > before && held.get(layer).get(expert),
          Status.INVALID_ARGUMENT,
          "expert %d of layer %d is not held here, or not in ascending order",
          expert,
          layer);
      before = expert;
    }
    long total = 0;
    for (int count : request.getRowCountList()) {
      require(count > 0, Status.INVALID_ARGUMENT, "an expert has %d rows", count);
      total += count;
    }
    int rows = request.getHidden().size() / (4 * hiddenSize);
    require(
        total == request.getRowCount()
            && request.getRowList().stream().allMatch(r -> r >= 0 && r < rows),
        Status.INVALID_ARGUMENT,
        "row indexes do not fit %d rows",
        rows);
  }

  private static void require(boolean holds, Status status, String message, Object... values) {
    if (!holds) {
      throw status.withDescription(message.formatted(values)).asRuntimeException();
    }
  }
}
