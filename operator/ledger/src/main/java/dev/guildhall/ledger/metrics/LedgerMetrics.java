package dev.guildhall.ledger.metrics;

import java.util.List;

/**
 * Every metric of the ledger, as data: the process registers them from here, dashboards and rules
 * are made from here.
 */
public final class LedgerMetrics {

  /** What kind of metric it is. */
  public enum Type {
    /** Only grows; its name ends in {@code _total}. */
    COUNTER,
    /** A present value. */
    GAUGE,
    /** Classic buckets. */
    HISTOGRAM
  }

  /**
   * One metric.
   *
   * @param name name in Prometheus' text format
   * @param type its type
   * @param unit unit of its value, empty for plain counts
   * @param help what it counts
   * @param labels label names in order
   */
  public record Definition(String name, Type type, String unit, String help, List<String> labels) {}

  /** Events taken in. */
  public static final Definition EVENTS =
      new Definition(
          "guildhall_ledger_events_total",
          Type.COUNTER,
          "",
          "Events by kind (node-state, usage) and result (written, repeated, shifted to keep a node's order, unpriced).",
          List.of("kind", "result"));

  /** Reservations by result. */
  public static final Definition RESERVATIONS =
      new Definition(
          "guildhall_ledger_reservations_total",
          Type.COUNTER,
          "",
          "Reservations by result: granted, budget_exhausted, released.",
          List.of("result"));

  /** Charges by rate card. */
  public static final Definition CHARGE =
      new Definition(
          "guildhall_ledger_charge_total",
          Type.COUNTER,
          "currency",
          "What tenants were charged by rate card since this process started, in units of the currency label.",
          List.of("tenant", "currency"));

  /** Tokens charged. */
  public static final Definition TOKENS =
      new Definition(
          "guildhall_ledger_tokens_total",
          Type.COUNTER,
          "tokens",
          "Tokens charged since this process started, by kind: input, cached_input, output.",
          List.of("tenant", "kind"));

  /** GPU time by state. */
  public static final Definition GPU_SECONDS =
      new Definition(
          "guildhall_ledger_gpu_seconds_total",
          Type.COUNTER,
          "seconds",
          "GPU-seconds since this process started, by pool and reported state.",
          List.of("pool", "state"));

  /** Present GPUs by state. */
  public static final Definition GPUS =
      new Definition(
          "guildhall_ledger_gpus",
          Type.GAUGE,
          "gpus",
          "GPUs by pool and reported state.",
          List.of("pool", "state"));

  /** What leases hold. */
  public static final Definition RESERVED =
      new Definition(
          "guildhall_ledger_reserved",
          Type.GAUGE,
          "currency",
          "What live reservations hold of a tenant's monthly budget, in units of the currency label.",
          List.of("tenant", "currency"));

  /** Time of a durable write. */
  public static final Definition WRITE_SECONDS =
      new Definition(
          "guildhall_ledger_write_seconds",
          Type.HISTOGRAM,
          "seconds",
          "Time of a write until it is durable, by call.",
          List.of("call"));

  /** All of them. */
  public static final List<Definition> ALL =
      List.of(EVENTS, RESERVATIONS, CHARGE, TOKENS, GPU_SECONDS, GPUS, RESERVED, WRITE_SECONDS);

  private LedgerMetrics() {}
}
