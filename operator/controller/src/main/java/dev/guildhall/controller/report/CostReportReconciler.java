package dev.guildhall.controller.report;

import dev.guildhall.controller.OperatorConfig;
import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.kube.ForeignObjectException;
import dev.guildhall.controller.ledger.Ledger;
import dev.guildhall.controller.ledger.LedgerRefusedException;
import dev.guildhall.controller.ledger.LedgerUnavailableException;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.controller.status.Reports;
import dev.guildhall.crds.CostReport;
import dev.guildhall.crds.CostReportStatus;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Fetches a statement from the ledger and keeps it beside the report. Because a statement names
 * every tenant, reports are made in the system namespace only.
 */
@ControllerConfiguration(
    name = "costreport",
    fieldManager = "guildhall-costreport",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public class CostReportReconciler implements Reconciler<CostReport> {

  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final OperatorConfig config;
  private final Ledger ledger;
  private final Reports reports;

  CostReportReconciler(OperatorConfig config, Ledger ledger, Reports reports) {
    this.config = config;
    this.ledger = ledger;
    this.reports = reports;
  }

  @Override
  public UpdateControl<CostReport> reconcile(CostReport report, Context<CostReport> context) {
    if (!report.getMetadata().getNamespace().equals(config.systemNamespace())) {
      return write(
          report,
          null,
          Outcome.stalled(
              "NamespaceNotAllowed",
              "metadata.namespace: a statement names every tenant, so make the report in namespace "
                  + config.systemNamespace()));
    }
    try {
      var statement = Statement.of(ledger.get(StatementQuery.of(report.getSpec())));
      Applier.of(report, context).apply(statement.configMap(report));
      return write(
          report,
          statement,
          Outcome.ready(
              "Reported", "the statement is in ConfigMap " + report.getMetadata().getName()));
    } catch (LedgerRefusedException e) {
      return write(report, null, Outcome.stalled("ReportRefused", "spec: " + e.getMessage()));
    } catch (LedgerUnavailableException e) {
      return write(report, null, Outcome.reconciling("LedgerUnavailable", e.getMessage()))
          .rescheduleAfter(AGAIN);
    } catch (ForeignObjectException e) {
      return write(report, null, Outcome.stalled("NameTaken", e.getMessage()));
    }
  }

  private UpdateControl<CostReport> write(CostReport report, Statement statement, Outcome outcome) {
    return reports.report(
        report,
        outcome,
        CostReport::new,
        conditions ->
            new CostReportStatus(
                report.getMetadata().getGeneration(),
                statement == null ? null : statement.total(),
                statement == null ? null : statement.rows(),
                statement == null ? null : report.getMetadata().getName(),
                conditions));
  }
}
