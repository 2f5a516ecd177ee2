package dev.guildhall.controller.balance;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What a rank says of its experts.
 *
 * @param placement epoch of the placement that its steps go by
 * @param pauseSeconds the longest time for which its steps stood still because experts moved
 * @param tokens routed to each expert of each MoE layer since it started
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record RankExperts(long placement, double pauseSeconds, long[][] tokens) {}
