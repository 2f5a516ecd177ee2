package dev.guildhall.cli;

import picocli.CommandLine.Command;

/** {@code guildhall bench}: measures parts of the engine on this machine. */
@Command(
    name = "bench",
    description = "Measures parts of the engine on this machine.",
    subcommands = CpuBench.class)
final class BenchCommand {}
