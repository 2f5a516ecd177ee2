package dev.guildhall.cli;

import dev.guildhall.cli.bench.ControlPlaneBench;
import dev.guildhall.cli.bench.CudaBench;
import dev.guildhall.cli.placement.PlacementBench;
import picocli.CommandLine.Command;

/** {@code guildhall bench}: measures parts of engine and operator on this machine. */
@Command(
    name = "bench",
    description = "Measures parts of engine and operator on this machine.",
    subcommands = {CpuBench.class, CudaBench.class, ControlPlaneBench.class, PlacementBench.class})
final class BenchCommand {}
