package dev.guildhall.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.cli.OutputOption;
import dev.guildhall.engine.cuda.CudaBenchmark;
import dev.guildhall.engine.cuda.CudaBenchmark.Measure;
import dev.guildhall.engine.cuda.CudaBenchmark.Result;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code guildhall bench cuda}: Hopper's kernels beside what the device can do. */
@Command(
    name = "cuda",
    description =
        "The Hopper kernels at DeepSeek-V3's shapes: what they reach, and its share of a device copy"
            + " of the same round or of the data sheet's dense peak; medians and the range over the"
            + " rounds.")
public final class CudaBench implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often everything is measured (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--small",
      description = "Small shapes, to try this out on a stand-in: the figures mean nothing.")
  private boolean small;

  @Mixin private OutputOption output;

  @Override
  public Integer call() throws JsonProcessingException {
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds must be 1 or more");
    }
    PrintWriter err = spec.commandLine().getErr();
    Result result =
        CudaBenchmark.run(
            rounds,
            small,
            line -> {
              err.println(line);
              err.flush();
            });
    PrintWriter out = spec.commandLine().getOut();
    out.print(output.json() ? json(result) : table(result));
    out.flush();
    return 0;
  }

  private String json(Result result) throws JsonProcessingException {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("device", result.device());
    document.put("capability", result.capability() / 10.0);
    document.put("smallShapes", small);
    document.put("measures", result.measures().stream().map(CudaBench::row).toList());
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
  }

  private static Map<String, Object> row(Measure measure) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("what", measure.what());
    row.put("shape", measure.shape());
    row.put("unit", measure.ceiling().unit());
    row.put("values", measure.values());
    row.put("ceiling", measure.ceiling());
    row.put("shares", measure.shares());
    return row;
  }

  private String table(Result result) {
    StringBuilder out = new StringBuilder();
    line(out, "%s, %d rounds: median (least - most)", result.device(), rounds);
    for (Measure m : result.measures()) {
      line(
          out,
          "%-30s %-26s %s %-8s %s of %s",
          m.what(),
          m.shape(),
          text(m.values(), 1, "%.0f (%.0f - %.0f)"),
          m.ceiling().unit(),
          text(m.shares(), 100, "%.0f %% (%.0f - %.0f)"),
          m.ceiling() == CudaBenchmark.Ceiling.COPY ? "the copy" : "the dense peak");
    }
    if (small) {
      line(out, "small shapes: these figures mean nothing");
    }
    return out.toString();
  }

  private static String text(List<Double> values, double factor, String format) {
    Spread spread = Spread.of(values.stream().map(v -> v * factor).toList());
    return String.format(Locale.ROOT, format, spread.median(), spread.least(), spread.most());
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
