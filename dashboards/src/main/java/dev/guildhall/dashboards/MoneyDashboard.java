package dev.guildhall.dashboards;

import static dev.guildhall.dashboards.Panel.lines;
import static dev.guildhall.dashboards.Panel.number;
import static dev.guildhall.dashboards.Panel.stack;

import dev.guildhall.dashboards.Dashboard.Row;
import java.util.List;

/**
 * Where GPU time goes and what tenants are charged. Statements come from the ledger; this is for
 * watching.
 */
final class MoneyDashboard {
  private static final String POOL = "{pool=~\"$pool\"}";
  private static final String TENANT = "{tenant=~\"$tenant\"}";

  private MoneyDashboard() {}

  static Dashboard dashboard() {
    return new Dashboard(
        "guildhall-money",
        "Guildhall / Money",
        "Where GPU time goes and what tenants are charged. For statements that add up to the bill use `guildhall cost`.",
        List.of(
            new Variable("pool", "guildhall_ledger_gpus", "pool"),
            new Variable("tenant", "guildhall_ledger_charge_total", "tenant")),
        List.of(gpus(), tenants(), books()));
  }

  private static Row gpus() {
    return Row.of(
        "GPUs",
        stack(
            "GPUs by state",
            Units.GPUS,
            "Every GPU of the pools is in one state at each instant, so the stack is the pools' size.",
            Target.of("sum by (state) (guildhall_ledger_gpus" + POOL + ")", "{{state}}")),
        stack(
            "GPU-seconds by state",
            Units.GPU_SECONDS_PER_SECOND,
            "GPU-seconds per second, by the state that they are booked under.",
            Target.of(
                Promql.rate("guildhall_ledger_gpu_seconds_total" + POOL, "state"), "{{state}}")),
        stack(
            "Work of serving ranks",
            Units.GPU_SECONDS_PER_SECOND,
            "Time that ranks spent in prefill and decode steps; the rest of serving GPU-seconds is reserved and waiting for requests.",
            Target.of(Promql.rate("guildhall_busy_seconds_total", "phase"), "{{phase}}")),
        number(
            "Idle share",
            Units.RATIO,
            "Share of the pools' GPUs that nobody holds now.",
            Target.of(
                "sum(guildhall_ledger_gpus{state=\"idle\", pool=~\"$pool\"}) / sum(guildhall_ledger_gpus"
                    + POOL
                    + ")",
                "idle")));
  }

  private static Row tenants() {
    return Row.of(
        "Tenants",
        lines(
            "Charge per hour",
            Units.MONEY,
            "What each tenant is charged by its rate card, in currency units per hour at the present pace.",
            Target.of(
                "3600 * "
                    + Promql.rate("guildhall_ledger_charge_total" + TENANT, "tenant, currency"),
                "{{tenant}} {{currency}}")),
        lines(
            "Reserved",
            Units.MONEY,
            "What running requests hold of each tenant's monthly budget until they are charged, in currency units.",
            Target.ofTrouble(
                "sum by (tenant, currency) (guildhall_ledger_reserved" + TENANT + ")",
                "{{tenant}} {{currency}}")),
        stack(
            "Tokens charged",
            Units.TOKENS_PER_SECOND,
            "Charged tokens per second by tenant and kind.",
            Target.of(
                Promql.rate("guildhall_ledger_tokens_total" + TENANT, "tenant, kind"),
                "{{tenant}} {{kind}}")));
  }

  private static Row books() {
    return Row.of(
        "Books",
        stack(
            "Events",
            Units.PER_SECOND,
            "Events that the ledger took in. Repeated ones were known already and changed nothing.",
            Target.of(
                Promql.rate("guildhall_ledger_events_total", "kind, result"),
                "{{kind}} {{result}}")),
        lines(
            "Reservations",
            Units.PER_SECOND,
            "Reservations by result.",
            Target.of(Promql.rate("guildhall_ledger_reservations_total", "result"), "{{result}}")),
        lines(
            "Time of a durable write",
            Units.SECONDS,
            "95th percentile of the time until a write is on disk, by call.",
            Target.of(
                Promql.quantile(0.95, "guildhall_ledger_write_seconds", "", "call"), "{{call}}")),
        lines(
            "Spool",
            Units.COUNT,
            "Usage events on the gateways' disks that the ledger has not confirmed yet. It rises while the ledger is down.",
            Target.of("sum(guildhall_gateway_spool_pending)", "events")),
        lines(
            "Oldest unconfirmed usage",
            Units.SECONDS,
            "Age of the oldest usage event that the ledger has not confirmed.",
            Target.of("max(guildhall_gateway_spool_oldest_seconds)", "age")),
        stack(
            "Calls to the ledger",
            Units.PER_SECOND,
            "Calls of the gateways to the ledger, by call and result.",
            Target.of(
                Promql.rate("guildhall_gateway_ledger_calls_total", "call, result"),
                "{{call}} {{result}}")));
  }
}
