package dev.guildhall.cli;

import dev.guildhall.cli.bench.ControlPlaneBench;
import picocli.CommandLine.Command;

/** {@code guildhall bench}: measures parts of the engine on this machine. */
@Command(
    name = "bench",
    description = "Measures parts of the engine on this machine.",
    subcommands = {CpuBench.class, ControlPlaneBench.class})
final class BenchCommand {}
