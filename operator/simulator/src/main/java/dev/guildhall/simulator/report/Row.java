package dev.guildhall.simulator.report;

import dev.guildhall.simulator.cluster.Outcome;

/**
 * One policy at one load.
 *
 * @param policy its name
 * @param tuning what its setting was chosen for
 * @param setting what the search chose for it; "defaults" where nothing is searched
 * @param holds whether it kept the promised attainment
 * @param outcome what it came to
 */
public record Row(String policy, Tuning tuning, String setting, boolean holds, Outcome outcome) {}
