package dev.guildhall.cli.placement;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.cli.Checkout;
import dev.guildhall.cli.OutputOption;
import dev.guildhall.planner.placement.Locality;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code guildhall bench placement}: balance and moves of the planner beside EPLB's. */
@Command(
    name = "placement",
    description =
        "Places expert replicas window by window on recorded loads and compares with the figures of"
            + " DeepSeek's EPLB that the files hold.")
public final class PlacementBench implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Folder of expert loads (*.json); default: the samples.")
  private Path folder;

  @Option(
      names = "--moves",
      defaultValue = "10",
      paramLabel = "PERCENT",
      description = "Moves allowed per window, of EPLB's (default ${DEFAULT-VALUE} percent).")
  private double percent;

  @Option(
      names = "--locality",
      defaultValue = "ANYWHERE",
      description = "${COMPLETION-CANDIDATES}: whether groups stay on one node.")
  private Locality locality;

  @Option(
      names = "--split",
      defaultValue = "EQUAL",
      description = "${COMPLETION-CANDIDATES}: how tokens are split over an expert's replicas.")
  private PlacementRun.Split split;

  @Option(
      names = "--repeats",
      defaultValue = "15",
      description = "Timed runs per window, after as many to warm up (${DEFAULT-VALUE}).")
  private int repeats;

  @Mixin private OutputOption output;

  @Override
  public Integer call() throws Exception {
    if (repeats < 1 || !(percent >= 0)) {
      throw new ParameterException(
          spec.commandLine(), "--repeats must be 1 or more and --moves not negative");
    }
    Path from = folder == null ? Checkout.root().resolve("manifests/samples/expert-loads") : folder;
    List<LoadFile> files = new ArrayList<>();
    for (Path file : LoadFile.in(from)) {
      files.add(LoadFile.read(file));
    }
    List<PlacementRun.Row> rows = new ArrayList<>();
    for (LoadFile file : files) {
      rows.addAll(new PlacementRun(locality, split, percent, repeats).of(file));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      var document =
          Map.of(
              "locality",
              locality,
              "split",
              split,
              "movesPercent",
              percent,
              "repeats",
              repeats,
              "windows",
              rows);
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document));
    } else {
      table(out, rows);
    }
    out.flush();
    return 0;
  }

  private void table(PrintWriter out, List<PlacementRun.Row> rows) {
    out.printf(
        "%-20s %2s %8s %9s %8s %8s %9s %6s %6s %7s %8s%n",
        "file",
        "w",
        "before",
        "balanced",
        "EPLB",
        "bound",
        "weighted",
        "moved",
        "most",
        "EPLB",
        "ms");
    for (var row : rows) {
      out.printf(
          Locale.ROOT,
          "%-20s %2d %8.5f %9.5f %8.5f %8.5f %9.5f %6d %6d %7d %8.2f%s%n",
          row.file(),
          row.window(),
          row.stale(),
          row.balancedness(),
          row.eplbBalancedness(),
          row.bound(),
          row.weighted(),
          row.moved(),
          row.budget(),
          row.eplbMoved(),
          row.millis(),
          row.balancedness() < row.eplbBalancedness() - 5e-6 ? "  below EPLB" : "");
    }
    out.printf(
        "balanced = mean ÷ highest load of a rank, mean over layers, %s split, measured on the window"
            + " planned on; before = the same for placement and split of the window before;%n",
        split == PlacementRun.Split.EQUAL ? "equal" : "weighted");
    out.println(
        "bound = what no equal split exceeds; weighted = the same placement with the best weighted"
            + " split; moved = replicas that their rank did not hold; ms = median of planning all"
            + " layers");
  }
}
