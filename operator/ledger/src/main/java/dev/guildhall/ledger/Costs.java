package dev.guildhall.ledger;

import dev.guildhall.ledger.store.LedgerDatabase;
import dev.guildhall.planner.cost.CostReport;
import dev.guildhall.planner.cost.Dimension;
import dev.guildhall.planner.cost.NodeState;
import dev.guildhall.planner.cost.Period;
import dev.guildhall.planner.cost.UsageTotal;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Cost reports from one snapshot of the ledger. */
@Singleton
public final class Costs {
  private record Facts(List<NodeState> states, List<UsageTotal> usage) {}

  private final LedgerDatabase database;
  private final InstantSource clock;

  Costs(LedgerDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** The period with its end no later than now: what has not happened costs nothing yet. */
  public Period untilNow(Period period) {
    long now = Nanos.now(clock);
    return new Period(Math.min(period.from(), now), Math.min(period.to(), now));
  }

  /** Attributes the bill of a period; see {@link CostReport#of}. */
  public CostReport report(Period period, Optional<String> pool, List<Dimension> by, int decimals) {
    Facts facts =
        database.read(
            jdbc -> new Facts(NodeStateRows.within(jdbc, period), UsageRows.totals(jdbc, period)));
    return CostReport.of(facts.states(), facts.usage(), period, pool, by, decimals);
  }
}
