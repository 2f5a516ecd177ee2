package dev.guildhall.simulator.cluster;

/**
 * What the gateway says of a role.
 *
 * @param requestsPerSecond requests that came to the role
 * @param tokensPerSecond prompt tokens that came (prefill, unified) or tokens drawn (decode)
 * @param ttftRatio 95th percentile of time to first token ÷ target, of the last minute; NaN: none
 * @param tpotRatio the same of time per output token
 */
public record RoleReading(
    double requestsPerSecond, double tokensPerSecond, double ttftRatio, double tpotRatio) {}
