package dev.guildhall.cli.bench;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code guildhall bench controlplane}: the operator on a real API server with fake nodes. */
@Command(
    name = "controlplane",
    description = {
      "The operator on a real API server, scheduler and controller-manager with fake nodes (kwok):",
      "many pods as gangs, in turns with the same StatefulSets and PodGroups applied by kubectl; and many deployments at once."
    })
public final class ControlPlaneBench implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--groups", defaultValue = "125", description = "Groups (${DEFAULT-VALUE}).")
  private int groups;

  @Option(
      names = "--ranks",
      defaultValue = "8",
      description = "Pods of a group, one GPU each (${DEFAULT-VALUE}).")
  private int ranks;

  @Option(
      names = "--deployments",
      defaultValue = "500",
      description = "Deployments of one pod (${DEFAULT-VALUE}).")
  private int deployments;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often the groups are measured (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--keep", description = "Folder for the logs of all processes; default: removed.")
  private Path keep;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    int nodes = (Math.max(groups * ranks, deployments) + 7) / 8;
    Path folder =
        keep == null ? Files.createTempDirectory("gh-bench") : Files.createDirectories(keep);
    try (BenchCluster bench = BenchCluster.start(folder, nodes)) {
      out.printf("%d fake nodes with 8 GPUs each%n", nodes);
      if (rounds > 0) {
        gangs(
            out,
            new GangBench(bench, groups, ranks)
                .run(
                    rounds,
                    line -> {
                      err.println(line);
                      err.flush();
                    }));
      }
      if (deployments > 0) {
        err.println(deployments + " deployments");
        err.flush();
        fleet(out, new FleetBench(bench).run(deployments));
      }
    }
    out.flush();
    return 0;
  }

  private void gangs(PrintWriter out, GangBench.Result result) {
    out.printf(
        "%n%d pods as %d groups of %d, seconds from the apply, %d rounds: median (least - most)%n",
        groups * ranks, groups, ranks, rounds);
    out.printf("%-10s %24s %24s%n", "", "all created", "all ready");
    row(out, "operator", result.operator());
    row(out, "kubectl", result.plain());
    out.printf(
        Locale.ROOT,
        "%-10s %24.2f %24.2f%n",
        "ratio",
        spread(result.operator(), GangBench.Times::created).median()
            / spread(result.plain(), GangBench.Times::created).median(),
        spread(result.operator(), GangBench.Times::ready).median()
            / spread(result.plain(), GangBench.Times::ready).median());
    out.flush();
  }

  private static void row(PrintWriter out, String name, List<GangBench.Times> times) {
    out.printf(
        "%-10s %24s %24s%n",
        name,
        text(spread(times, GangBench.Times::created)),
        text(spread(times, GangBench.Times::ready)));
  }

  private static Spread spread(
      List<GangBench.Times> times, ToDoubleFunction<GangBench.Times> field) {
    return Spread.of(times.stream().map(field::applyAsDouble).toList());
  }

  private static String text(Spread spread) {
    return String.format(
        Locale.ROOT, "%.1f (%.1f - %.1f)", spread.median(), spread.least(), spread.most());
  }

  private void fleet(PrintWriter out, FleetBench.Result result) {
    out.printf(
        Locale.ROOT,
        "%n%d deployments applied at once, seconds until Ready: median %.1f, p99 %.1f, last %.1f%n",
        deployments,
        Spread.percentile(result.readySeconds(), 0.5),
        Spread.percentile(result.readySeconds(), 0.99),
        Spread.percentile(result.readySeconds(), 1));
    out.printf(Locale.ROOT, "operator memory (resident) %d MiB%n", result.memoryBytes() >> 20);
    out.println("API writes per deployment:");
    result
        .writes()
        .forEach((what, count) -> out.printf(Locale.ROOT, "  %-40s %8.2f%n", what, count));
    out.printf(
        Locale.ROOT,
        "  %-40s %8.2f%n",
        "together",
        result.writes().values().stream().mapToDouble(Double::doubleValue).sum());
    result.reconciliations().forEach(out::println);
  }
}
