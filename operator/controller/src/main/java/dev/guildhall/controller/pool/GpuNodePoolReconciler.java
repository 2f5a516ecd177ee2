package dev.guildhall.controller.pool;

import dev.guildhall.controller.kube.Deletions;
import dev.guildhall.controller.kube.PassPace;
import dev.guildhall.controller.kube.PodWatch;
import dev.guildhall.controller.ledger.LedgerRefusedException;
import dev.guildhall.controller.ledger.LedgerUnavailableException;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.controller.status.Reports;
import dev.guildhall.crds.GpuNodePool;
import dev.guildhall.crds.GpuNodePoolStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Watches a pool's nodes and who holds their GPUs; reports it in the status and to the ledger. It
 * changes nothing of theirs.
 */
@ControllerConfiguration(
    name = "gpunodepool",
    fieldManager = "guildhall-gpunodepool",
    rateLimiter = PassPace.class,
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public class GpuNodePoolReconciler implements Reconciler<GpuNodePool> {

  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final PodWatch pods;
  private final NodeStates nodeStates;
  private final PoolMetrics metrics;
  private final Reports reports;
  private Deletions<GpuNodePool> deletions;
  private PoolSources sources;

  GpuNodePoolReconciler(
      KubernetesClient client,
      PodWatch pods,
      NodeStates nodeStates,
      PoolMetrics metrics,
      Reports reports) {
    this.client = client;
    this.pods = pods;
    this.nodeStates = nodeStates;
    this.metrics = metrics;
    this.reports = reports;
  }

  @Override
  public List<EventSource<?, GpuNodePool>> prepareEventSources(
      EventSourceContext<GpuNodePool> context) {
    deletions = Deletions.of(client, GpuNodePool.class, this::gone);
    sources = new PoolSources(context, pods);
    return sources.all();
  }

  @Override
  public UpdateControl<GpuNodePool> reconcile(GpuNodePool pool, Context<GpuNodePool> context) {
    deletions.leading();
    var pools = context.getPrimaryCache().list().toList();
    var names = pools.stream().map(p -> p.getMetadata().getName()).collect(Collectors.toSet());
    var name = pool.getMetadata().getName();
    var price = pool.getSpec().pricePerGpuHour();
    var view =
        PoolView.of(
            PoolNodes.of(pool, pools, sources.nodes(pool.getSpec().nodeSelector())),
            sources.pods(),
            sources.owners());
    metrics.show(name, view);
    try {
      nodeStates.tell(names, name, price, view.holdings());
      return report(pool, view, outcome(view));
    } catch (LedgerUnavailableException e) {
      return report(
              pool,
              view,
              Outcome.reconciling(
                  "LedgerUnavailable",
                  e.getMessage()
                      + "; who holds which GPU is kept in ConfigMaps of the system namespace and told later"))
          .rescheduleAfter(AGAIN);
    } catch (LedgerRefusedException e) {
      return report(pool, view, Outcome.stalled("StatesRefused", e.getMessage()))
          .rescheduleAfter(AGAIN);
    }
  }

  private void gone(GpuNodePool pool) {
    metrics.forget(pool.getMetadata().getName());
    var others =
        client.resources(GpuNodePool.class).list().getItems().stream()
            .map(other -> other.getMetadata().getName())
            .collect(Collectors.toSet());
    nodeStates.leave(others);
  }

  private static Outcome outcome(PoolView view) {
    var counts = view.gpuCounts();
    if (view.nodes().isEmpty()) {
      return Outcome.stalled(
          "NoNodes",
          "spec.nodeSelector: no node has these labels; label nodes or correct the selector");
    }
    return counts.total() == 0
        ? Outcome.stalled(
            "NoGpus", "the nodes advertise no nvidia.com/gpu; install the device plugin")
        : Outcome.ready(
            "Observed", "the GPUs of %d nodes are accounted for".formatted(view.nodes().size()));
  }

  private UpdateControl<GpuNodePool> report(GpuNodePool pool, PoolView view, Outcome outcome) {
    return reports.report(
        pool,
        outcome,
        GpuNodePool::new,
        conditions ->
            new GpuNodePoolStatus(
                pool.getMetadata().getGeneration(),
                view.nodeCounts(),
                view.gpuCounts(),
                view.holders(),
                conditions));
  }
}
