package dev.guildhall.engine.cluster;

import com.google.common.primitives.Ints;
import com.google.common.util.concurrent.ListenableFuture;
import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.GroupChangingException;
import dev.guildhall.proto.v1.ExpertOutputs;
import dev.guildhall.proto.v1.ExpertsGrpc;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Computes experts over a group: dispatches each expert's rows to the rank that holds it, computes
 * its own share meanwhile, and puts the results together in the order of the batch, so that any
 * number of ranks gives the same bits.
 */
final class GrpcExpertExchange {
  private final GroupIdentity group;
  private final int rank;
  private final ExpertCompute local;
  private final Peers peers;
  private final Supplier<GroupView> view;
  private final Duration limit;
  private final Set<ListenableFuture<?>> inFlight = ConcurrentHashMap.newKeySet();
  private long lastEpoch;

  /**
   * @param limit for a peer that is in the group but computes for too long; a dead one is noticed
   *     earlier
   */
  GrpcExpertExchange(
      GroupIdentity group,
      int rank,
      ExpertCompute local,
      Peers peers,
      Supplier<GroupView> view,
      Duration limit) {
    this.group = group;
    this.rank = rank;
    this.local = local;
    this.peers = peers;
    this.view = view;
    this.limit = limit;
  }

  /** The computation of experts by one placement, to be used for whole steps. */
  ExpertCompute by(Route route) {
    return (layer, batch) -> {
      GroupView now = whole();
      return forward(route, layer, batch, now, route.owners(now, layer, batch));
    };
  }

  private GroupView whole() {
    GroupView now = view.get();
    if (!now.complete()) {
      throw new ExpertsUnavailableException(
          "group %s is not complete: %s".formatted(group.name(), now.reason()), null);
    }
    return now;
  }

  private float[] forward(Route route, int layer, ExpertBatch batch, GroupView now, int[] owners) {
    requireHeld(layer, batch, owners);
    Dispatch[] parts = Dispatch.split(batch, owners, group.ranks());
    Call[] calls = new Call[parts.length];
    try {
      for (int r = 0; r < parts.length; r++) {
        if (r != rank && parts[r] != null) {
          calls[r] = send(r, layer, parts[r], now.epoch(), route.epoch());
        }
      }
      float[] whole = new float[batch.rows().length * batch.hiddenSize()];
      if (parts[rank] != null) {
        parts[rank].combine(local.forward(layer, parts[rank].batch()), whole);
      }
      for (Call call : calls) {
        if (call != null) {
          call.part().combine(receive(call, layer), whole);
        }
      }
      return whole;
    } finally {
      for (Call call : calls) {
        if (call != null) {
          call.reply().cancel(false);
          inFlight.remove(call.reply());
        }
      }
    }
  }

  /** A step by an earlier placement may need experts that left with a rank. */
  private static void requireHeld(int layer, ExpertBatch batch, int[] owners) {
    int at = 0;
    for (int i = 0; i < batch.experts().length; at += batch.rowCounts()[i++]) {
      if (batch.rowCounts()[i] > 0 && owners[at] == Placement.NOBODY) {
        throw new ExpertsUnavailableException(
            "expert %d of layer %d is held by no rank that is there"
                .formatted(batch.experts()[i], layer),
            null);
      }
    }
  }

  private record Call(int rank, Dispatch part, ListenableFuture<ExpertOutputs> reply) {}

  private Call send(int to, int layer, Dispatch part, long epoch, long placement) {
    ExpertBatch batch = part.batch();
    dev.guildhall.proto.v1.ExpertBatch request =
        dev.guildhall.proto.v1.ExpertBatch.newBuilder()
            .setGroup(group.name())
            .setEpoch(epoch)
            .setPlacementEpoch(placement)
            .setLayer(layer)
            .setHiddenSize(batch.hiddenSize())
            .addAllExpert(Ints.asList(batch.experts()))
            .addAllRowCount(Ints.asList(batch.rowCounts()))
            .addAllRow(Ints.asList(batch.rows()))
            .setHidden(Rows.encode(batch.hidden()))
            .build();
    ListenableFuture<ExpertOutputs> reply =
        ExpertsGrpc.newFutureStub(peers.channel(to))
            .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
            .forward(request);
    inFlight.add(reply);
    // The group may have changed or been lost since: then nobody else would cancel this call.
    GroupView now = view.get();
    if (!now.complete() || now.epoch() != epoch) {
      reply.cancel(false);
    }
    return new Call(to, part, reply);
  }

  private float[] receive(Call call, int layer) {
    String where = "rank %d (%s), layer %d".formatted(call.rank(), peers.name(call.rank()), layer);
    try {
      float[] rows = Rows.decode(call.reply().get().getOutput());
      int expected = call.part().batch().rows().length * call.part().batch().hiddenSize();
      if (rows.length != expected) {
        throw new ExpertsUnavailableException(
            "%s answered %d values, not %d".formatted(where, rows.length, expected), null);
      }
      return rows;
    } catch (ExecutionException e) {
      Status status = Status.fromThrowable(e.getCause());
      String what =
          "experts on %s: %s %s"
              .formatted(where, status.getCode(), String.valueOf(status.getDescription()));
      throw status.getCode() == ExpertsService.OTHER_EPOCH
          ? new GroupChangingException(what, e.getCause())
          : new ExpertsUnavailableException(what, e.getCause());
    } catch (CancellationException e) {
      String what = "experts on %s: the group changed during the call".formatted(where);
      throw view.get().complete()
          ? new GroupChangingException(what, e)
          : new ExpertsUnavailableException(what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExpertsUnavailableException("interrupted while waiting for " + where, e);
    }
  }

  /** Fails the calls under way if the group they were made in is no more. */
  void epoch(GroupView now) {
    if (!now.complete() || now.epoch() != lastEpoch) {
      inFlight.forEach(call -> call.cancel(false));
    }
    lastEpoch = now.epoch();
  }

  /**
   * Has every rank of the group compute one row.
   *
   * @throws ExpertsUnavailableException if one does not
   */
  void probe(Route route, int layer, int hiddenSize) {
    GroupView now = whole();
    NavigableMap<Integer, List<Integer>> asked = new TreeMap<>();
    now.there().stream()
        .forEach(
            to -> {
              int expert = route.placement().heldBy(to).get(layer).nextSetBit(0);
              asked.computeIfAbsent(expert, e -> new ArrayList<>()).add(to);
            });
    int[] rows = asked.values().stream().mapToInt(List::size).toArray();
    int[] owners =
        asked.values().stream().flatMap(List::stream).mapToInt(Integer::intValue).toArray();
    var batch =
        new ExpertBatch(
            Ints.toArray(asked.keySet()),
            rows,
            new int[owners.length],
            new float[hiddenSize],
            hiddenSize);
    forward(route, layer, batch, now, owners);
  }
}
