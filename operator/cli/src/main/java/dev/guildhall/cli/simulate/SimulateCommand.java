package dev.guildhall.cli.simulate;

import picocli.CommandLine.Command;

/** {@code guildhall simulate}: what the planner would do, without a cluster. */
@Command(
    name = "simulate",
    description =
        "Plays traffic through a simulated cluster that the planner runs, or one decision again.",
    subcommands = {ServingSimulation.class, DecisionReplay.class})
public final class SimulateCommand {}
