package dev.guildhall.planner.scaling;

/**
 * A value at a time.
 *
 * @param atMillis milliseconds of the epoch
 * @param value what was seen
 */
public record Point(long atMillis, double value) {}
