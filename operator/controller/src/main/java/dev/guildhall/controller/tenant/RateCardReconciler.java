package dev.guildhall.controller.tenant;

import dev.guildhall.controller.ledger.Ledger;
import dev.guildhall.controller.ledger.LedgerRefusedException;
import dev.guildhall.controller.ledger.LedgerUnavailableException;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.controller.status.Reports;
import dev.guildhall.crds.RateCard;
import dev.guildhall.crds.RateCardStatus;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Gives prices to the ledger, which makes a version of what differs. */
@ControllerConfiguration(
    name = "ratecard",
    fieldManager = "guildhall-ratecard",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 60_000)
public class RateCardReconciler implements Reconciler<RateCard> {

  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final Ledger ledger;
  private final Reports reports;

  RateCardReconciler(Ledger ledger, Reports reports) {
    this.ledger = ledger;
    this.reports = reports;
  }

  @Override
  public UpdateControl<RateCard> reconcile(RateCard card, Context<RateCard> context) {
    if (!ledger.isConfigured()) {
      return report(
          card, Outcome.ready("NoLedger", "no ledger is configured, so nothing is charged"));
    }
    try {
      ledger.put("/v1/ratecards/" + card.getMetadata().getName(), card.getSpec());
      return report(card, Outcome.ready("InForce", "the ledger charges by these prices"));
    } catch (LedgerRefusedException e) {
      return report(
          card,
          Outcome.stalled("PricesRefused", "spec: " + e.getMessage() + "; correct the field"));
    } catch (LedgerUnavailableException e) {
      return report(card, Outcome.reconciling("LedgerUnavailable", e.getMessage()))
          .rescheduleAfter(AGAIN);
    }
  }

  private UpdateControl<RateCard> report(RateCard card, Outcome outcome) {
    return reports.report(
        card,
        outcome,
        RateCard::new,
        conditions -> new RateCardStatus(card.getMetadata().getGeneration(), conditions));
  }
}
