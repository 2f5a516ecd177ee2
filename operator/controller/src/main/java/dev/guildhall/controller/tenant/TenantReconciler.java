package dev.guildhall.controller.tenant;

import dev.guildhall.controller.kube.Deletions;
import dev.guildhall.controller.ledger.Ledger;
import dev.guildhall.controller.ledger.LedgerRefusedException;
import dev.guildhall.controller.ledger.LedgerUnavailableException;
import dev.guildhall.controller.routes.RoutesPublisher;
import dev.guildhall.controller.routes.TenantKeys;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.controller.status.Reports;
import dev.guildhall.crds.Tenant;
import dev.guildhall.crds.TenantStatus;
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

/**
 * Makes a tenant's keys known to the gateway and its budget to the ledger, and reports what it has
 * spent.
 */
@ControllerConfiguration(
    name = "tenant",
    fieldManager = "guildhall-tenant",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public class TenantReconciler implements Reconciler<Tenant> {

  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Ledger ledger;
  private final TenantKeys keys;
  private final RoutesPublisher routes;
  private final Reports reports;
  private Deletions<Tenant> deletions;

  TenantReconciler(
      KubernetesClient client,
      Ledger ledger,
      TenantKeys keys,
      RoutesPublisher routes,
      Reports reports) {
    this.client = client;
    this.ledger = ledger;
    this.keys = keys;
    this.routes = routes;
    this.reports = reports;
  }

  @Override
  public List<EventSource<?, Tenant>> prepareEventSources(EventSourceContext<Tenant> context) {
    deletions = Deletions.of(client, Tenant.class, _ -> routes.publish());
    return List.of();
  }

  @Override
  public UpdateControl<Tenant> reconcile(Tenant tenant, Context<Tenant> context) {
    deletions.leading();
    var unpublished = routes.publish();
    if (unpublished.isPresent()) {
      return report(
              tenant,
              Account.unknown(),
              Outcome.reconciling("RoutesNotPublished", unpublished.get()))
          .rescheduleAfter(AGAIN);
    }
    if (!ledger.isConfigured()) {
      return report(tenant, Account.unknown(), outcome(tenant));
    }
    try {
      ledger.put("/v1/tenants/" + tenant.getMetadata().getName(), TenantBody.of(tenant));
      var account =
          Account.of(ledger.get("/v1/tenants/" + tenant.getMetadata().getName() + "/spend"));
      return report(tenant, account, outcome(tenant));
    } catch (LedgerRefusedException e) {
      return report(
              tenant,
              Account.unknown(),
              Outcome.stalled("AccountRefused", "spec: " + e.getMessage()))
          .rescheduleAfter(AGAIN);
    } catch (LedgerUnavailableException e) {
      return report(
              tenant, Account.unknown(), Outcome.reconciling("LedgerUnavailable", e.getMessage()))
          .rescheduleAfter(AGAIN);
    }
  }

  private Outcome outcome(Tenant tenant) {
    var problems = keys.problems(tenant);
    return problems.isEmpty()
        ? Outcome.ready("InForce", "keys are known to the gateway")
        : Outcome.stalled("KeyMissing", String.join("; ", problems) + ". Other keys are in force");
  }

  private UpdateControl<Tenant> report(Tenant tenant, Account account, Outcome outcome) {
    return reports.report(
        tenant,
        outcome,
        Tenant::new,
        conditions ->
            new TenantStatus(
                tenant.getMetadata().getGeneration(),
                account.spend(),
                account.uses(keys.inForce(tenant)),
                conditions));
  }
}
