/**
 * What is derived from the charts: the values table, the copies inside the chart, the kustomize
 * base.
 */
package dev.guildhall.charts;
