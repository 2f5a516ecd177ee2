package dev.guildhall.cli.bench;

import dev.guildhall.cli.OutputOption;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
      description = "Deployments of one pod, 0 for none (${DEFAULT-VALUE}).")
  private int deployments;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often the groups are measured, 0 for never (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--keep", description = "Folder for the logs of all processes; default: removed.")
  private Path keep;

  @Mixin private OutputOption output;

  @Override
  public Integer call() throws Exception {
    if (groups < 1 || ranks < 1 || deployments < 0 || rounds < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--groups and --ranks must be 1 or more, --deployments and --rounds not negative");
    }
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
      var measured = new ControlPlaneOutput(nodes, groups, ranks, gangs, fleet);
      out.print(output.json() ? measured.json() : measured.table());
    }
    out.flush();
    return 0;
  }
}
