package dev.guildhall.planner.scaling;

/**
 * What users were promised.
 *
 * @param ttftSeconds time to first token that the percentile must not exceed
 * @param tpotSeconds time per output token that the percentile must not exceed
 */
public record ServiceLevel(double ttftSeconds, double tpotSeconds) {}
