package dev.guildhall.simulator.cluster;

/**
 * The cluster at a tick.
 *
 * @param seconds since measuring began
 * @param gpus GPUs held
 * @param requestsPerSecond requests that arrived since the last tick
 * @param attainment share of the requests that ended since the last tick and met both targets; 1
 *     where none ended
 */
public record SeriesPoint(double seconds, int gpus, double requestsPerSecond, double attainment) {}
