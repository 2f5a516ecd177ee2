/**
 * The scaling decision: what a deployment should have more or less of, why, what it costs, and what
 * was rejected. One pure function, {@link dev.guildhall.planner.scaling.Scaler#decide}, of a state
 * that can be recorded and replayed.
 */
package dev.guildhall.planner.scaling;
