package dev.guildhall.cli.simulate;

import dev.guildhall.cli.OutputOption;
import dev.guildhall.simulator.model.Scenario;
import dev.guildhall.simulator.model.Scenarios;
import dev.guildhall.simulator.report.Comparison;
import dev.guildhall.simulator.report.Json;
import dev.guildhall.simulator.report.LoadResult;
import dev.guildhall.simulator.report.Svg;
import dev.guildhall.simulator.report.Table;
import dev.guildhall.simulator.trace.Trace;
import dev.guildhall.simulator.trace.TraceReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code guildhall simulate serving}: the planner against other autoscalers on a trace of requests.
 */
@Command(
    name = "serving",
    description = {
      "Plays a trace of requests through a simulated pool under the planner, a Kubernetes HPA on queue length, a KEDA rule on"
          + " running requests and a fixed fleet: SLO attainment, GPU-hours and money of each.",
      "Peers are tuned for the trace in hindsight, for each load and for all loads together; that takes some minutes."
    })
final class ServingSimulation implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--trace",
      required = true,
      paramLabel = "FILE",
      description = "Azure LLM inference trace (CSV) or Mooncake trace (JSON lines).")
  private Path trace;

  @Option(
      names = "--load",
      split = ",",
      paramLabel = "LOAD",
      defaultValue = "0.5,1,2",
      description =
          "Loads; 1 is as many copies of the trace as fill four groups on average (${DEFAULT-VALUE}).")
  private List<Double> loads;

  @Option(
      names = "--scenario",
      paramLabel = "NAME|FILE",
      defaultValue = Scenarios.DEFAULT,
      description = "Pool, model, step times and promise (${DEFAULT-VALUE}).")
  private String scenario;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the random numbers (${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private OutputOption output;

  @Option(names = "--svg", paramLabel = "FILE", description = "Also draws a plot into this file.")
  private Path svg;

  @Override
  public Integer call() throws Exception {
    Trace requests = TraceReader.read(trace);
    Scenario pool = Scenarios.read(scenario);
    PrintWriter err = spec.commandLine().getErr();
    var comparison =
        new Comparison(
            pool,
            requests,
            seed,
            line -> {
              err.println("guildhall: " + line);
              err.flush();
            });
    List<LoadResult> results = comparison.at(loads);
    PrintWriter out = spec.commandLine().getOut();
    out.print(output.json() ? Json.of(pool, results) + "\n" : Table.of(pool, results));
    out.flush();
    if (svg != null) {
      Files.writeString(svg, Svg.of(requests.name() + " on " + pool.name(), results));
    }
    return 0;
  }
}
