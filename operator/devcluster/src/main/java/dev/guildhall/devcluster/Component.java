package dev.guildhall.devcluster;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One process of the cluster.
 *
 * @param name of its pid file and log
 * @param command program and arguments
 * @param healthy whether it answers now
 * @param patience how long a start may take
 */
record Component(String name, List<String> command, BooleanSupplier healthy, Duration patience) {}
