package dev.guildhall.cli.bench;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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

  enum Format {
    TABLE,
    JSON
  }

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

  @Option(
      names = {"-o", "--output"},
      defaultValue = "TABLE",
      description = "table or json.")
  private Format format;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    int nodes = (Math.max(groups * ranks, deployments) + 7) / 8;
    Path folder =
        keep == null ? Files.createTempDirectory("gh-bench") : Files.createDirectories(keep);
    Consumer<String> progress =
        line -> {
          err.println(line);
          err.flush();
        };
    try (BenchCluster bench = BenchCluster.start(folder, nodes)) {
      GangBench.Result gangs = new GangBench(bench, groups, ranks).run(rounds, progress);
      progress.accept(deployments + " deployments");
      FleetBench.Result fleet = new FleetBench(bench).run(deployments);
      var output = new ControlPlaneOutput(nodes, groups, ranks, gangs, fleet);
      out.print(format == Format.JSON ? output.json() : output.table());
    }
    out.flush();
    return 0;
  }
}
