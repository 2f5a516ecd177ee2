/**
 * Grafana dashboards and Prometheus rules, generated from the metric registries of all processes:
 * an expression that names a metric which no process exposes cannot be built.
 */
package dev.guildhall.dashboards;
