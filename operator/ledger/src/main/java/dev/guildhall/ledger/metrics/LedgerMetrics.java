package dev.guildhall.ledger.metrics;

import java.util.ArrayList;
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

  private static final List<Definition> DECLARED = new ArrayList<>();

  /** Events taken in. */
  public static final Definition EVENTS =
      counter(
          "events_total",
          "",
          "Events by kind (node-state, usage) and result (written, repeated, shifted to keep a node's order, unpriced).",
          "kind",
          "result");

  /** Reservations by result. */
  public static final Definition RESERVATIONS =
      counter(
          "reservations_total",
          "",
          "Reservations by result: granted, budget_exhausted, released.",
          "result");

  /** Charges by rate card. */
  public static final Definition CHARGE =
      counter(
          "charge_total",
          "currency",
          "What tenants were charged by rate card since this process started, in units of the currency label.",
          "tenant",
          "currency");

  /** Tokens charged. */
  public static final Definition TOKENS =
      counter(
          "tokens_total",
          "tokens",
          "Tokens charged since this process started, by kind: input, cached_input, output.",
          "tenant",
          "kind");

  /** GPU time by state. */
  public static final Definition GPU_SECONDS =
      counter(
          "gpu_seconds_total",
          "seconds",
          "GPU-seconds since this process started, by pool and reported state.",
          "pool",
          "state");

  /** Present GPUs by state. */
  public static final Definition GPUS =
      gauge("gpus", "gpus", "GPUs by pool and reported state.", "pool", "state");

  /** What leases hold. */
  public static final Definition RESERVED =
      gauge(
          "reserved",
          "currency",
          "What live reservations hold of a tenant's monthly budget, in units of the currency label.",
          "tenant",
          "currency");

  /** Time of a durable write. */
  public static final Definition WRITE_SECONDS =
      histogram(
          "write_seconds", "seconds", "Time of a write until it is durable, by call.", "call");

  /** All of them, in the order above. */
  public static final List<Definition> ALL = List.copyOf(DECLARED);

  private LedgerMetrics() {}

  private static Definition counter(String name, String unit, String help, String... labels) {
    return declare(name, Type.COUNTER, unit, help, labels);
  }

  private static Definition gauge(String name, String unit, String help, String... labels) {
    return declare(name, Type.GAUGE, unit, help, labels);
  }

  private static Definition histogram(String name, String unit, String help, String... labels) {
    return declare(name, Type.HISTOGRAM, unit, help, labels);
  }

  private static Definition declare(
      String name, Type type, String unit, String help, String... labels) {
    Definition metric =
        new Definition("guildhall_ledger_" + name, type, unit, help, List.of(labels));
    DECLARED.add(metric);
    return metric;
  }
}
