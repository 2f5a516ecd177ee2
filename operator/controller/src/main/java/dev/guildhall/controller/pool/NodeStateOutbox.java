package dev.guildhall.controller.pool;

import dev.guildhall.controller.ledger.Ledger;
import dev.guildhall.controller.ledger.LedgerRefusedException;
import dev.guildhall.controller.ledger.LedgerUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Hands node states to the ledger in order. What it does not take at once is kept in the cluster
 * until it does, so neither an outage nor a restart in it loses anything, however long it lasts.
 */
@ApplicationScoped
class NodeStateOutbox {

  private static final int BATCH = 500;

  private final Ledger ledger;
  private final NodeStateJournal journal;

  /** Neither taken nor kept yet. */
  private final List<NodeStateEvent> fresh = new ArrayList<>();

  NodeStateOutbox(Ledger ledger, NodeStateJournal journal) {
    this.ledger = ledger;
    this.journal = journal;
  }

  /** What an earlier operator kept, oldest first. */
  void kept(Consumer<NodeStateEvent> consumer) {
    journal.read(consumer);
  }

  /**
   * Sends these after all earlier ones; without any it sends what is kept.
   *
   * @throws LedgerUnavailableException or {@link LedgerRefusedException} after everything that was
   *     not taken has been kept
   */
  void deliver(List<NodeStateEvent> events) {
    fresh.addAll(events);
    if (!journal.isEmpty()) {
      keep(); // before the ledger is tried, because it is likely to be still away
    }
    try {
      while (!journal.isEmpty()) {
        post(journal.oldest());
        journal.removeOldest();
      }
      while (!fresh.isEmpty()) {
        var batch = fresh.subList(0, Math.min(BATCH, fresh.size()));
        post(batch);
        batch.clear();
      }
    } catch (LedgerUnavailableException | LedgerRefusedException e) {
      keep();
      throw e;
    }
  }

  private void keep() {
    journal.append(fresh);
    fresh.clear();
  }

  private void post(List<NodeStateEvent> batch) {
    ledger.post("/v1/node-states", Map.of("events", batch));
  }
}
