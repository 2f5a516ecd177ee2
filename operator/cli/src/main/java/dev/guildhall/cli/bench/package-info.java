/** Measurements of the control plane on fake nodes; what computes is measured by its own module. */
package dev.guildhall.cli.bench;
