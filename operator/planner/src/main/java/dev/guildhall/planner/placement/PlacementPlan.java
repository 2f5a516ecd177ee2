package dev.guildhall.planner.placement;

/**
 * A placement and what it is worth on the loads that it was planned for.
 *
 * @param placement the new placement
 * @param split of tokens over replicas that {@code after} goes by
 * @param before balancedness of what is there, mean over layers; 0 where nothing was
 * @param after balancedness of the new placement, never below {@code before} where both are of one
 *     split
 * @param moved replicas that a rank has to load, over all layers; 0 where nothing was there
 */
public record PlacementPlan(
    ExpertMap placement, TokenSplit split, double before, double after, int moved) {}
