package dev.guildhall.dashboards;

/** Grafana's identifiers of units. */
final class Units {
  static final String SECONDS = "s";
  static final String RATIO = "percentunit";
  static final String PERCENT = "percent";
  static final String REQUESTS_PER_SECOND = "reqps";
  static final String PER_SECOND = "cps";
  static final String TOKENS_PER_SECOND = "suffix: tokens/s";
  static final String COUNT = "short";
  static final String GPUS = "suffix: GPUs";
  static final String GPU_SECONDS_PER_SECOND = "suffix: GPU-s/s";
  static final String MONEY = "none";

  private Units() {}
}
