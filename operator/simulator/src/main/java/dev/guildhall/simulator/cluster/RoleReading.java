package dev.guildhall.simulator.cluster;

/**
 * What the gateway says of a role.
 *
 * @param requestsPerSecond requests that arrived
 * @param tokensPerSecond work on their prompts, in tokens without context
 * @param ttftRatio promised percentile of time to first token ÷ target, of the last minute; NaN:
 *     none
 * @param tpotRatio the same of time per output token
 */
public record RoleReading(
    double requestsPerSecond, double tokensPerSecond, double ttftRatio, double tpotRatio) {}
