package dev.guildhall.dashboards;

/**
 * A recording rule.
 *
 * @param name as {@code guildhall:metric:operation}
 * @param promql what it records
 */
record Recording(String name, String promql) {}
