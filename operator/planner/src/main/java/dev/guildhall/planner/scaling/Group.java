package dev.guildhall.planner.scaling;

/**
 * A group that exists in the cluster, as the API server has it.
 *
 * @param name unique in the deployment
 * @param phase where it is in its life
 * @param sinceMillis when it entered the phase, milliseconds of the epoch
 */
public record Group(String name, GroupPhase phase, long sinceMillis) {}
