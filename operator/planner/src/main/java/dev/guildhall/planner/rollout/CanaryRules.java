package dev.guildhall.planner.rollout;

import java.time.Duration;
import java.util.List;

/**
 * What a new version has to stand up to.
 *
 * @param weightPercents shares of the requests it gets, rising, at least one
 * @param step how long each lasts at least
 * @param leastCalls that it answers in each step
 * @param errorShare by which its share of failed calls may exceed the others', 0 to 1
 * @param latencyShare by which its mean latencies may exceed the others', 0.25 for a quarter
 * @param agreement share of the tokens that the others write which must be its first choice too; 0
 *     asks nothing
 */
public record CanaryRules(
    List<Integer> weightPercents,
    Duration step,
    int leastCalls,
    double errorShare,
    double latencyShare,
    double agreement) {}
