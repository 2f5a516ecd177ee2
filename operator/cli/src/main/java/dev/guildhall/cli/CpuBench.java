package dev.guildhall.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.engine.cpu.CpuBenchmark;
import dev.guildhall.engine.cpu.CpuBenchmark.Measure;
import dev.guildhall.engine.cpu.CpuBenchmark.Result;
import dev.guildhall.engine.model.ModelConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code guildhall bench cpu}: tokens per second of the CPU backend's kernel forms. */
@Command(
    name = "cpu",
    description =
        "Prefill and decode speed of the CPU backend, form of kernels by form, taking turns within"
            + " each round; medians and the range over the rounds, beside what memory delivers.")
final class CpuBench implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Model folder; default: the small sample checkpoint.")
  private Path folder;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often everything is measured (default ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--prompt",
      defaultValue = "64",
      description = "Tokens per sequence in prefill, and the context of decode (${DEFAULT-VALUE}).")
  private int prompt;

  @Option(names = "--threads", description = "Threads that compute; default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--kernels",
      defaultValue = "native,vector,java",
      description = "Forms to compare (${DEFAULT-VALUE}).")
  private String kernels;

  @Mixin private OutputOption output;

  @Override
  public Integer call() throws Exception {
    Path model = folder == null ? Checkout.sampleModel() : folder;
    ModelConfig.read(model);
    PrintWriter err = spec.commandLine().getErr();
    Result result =
        CpuBenchmark.run(
            new CpuBenchmark.Options(model, rounds, prompt, threads, kernels),
            step -> {
              err.println(step);
              err.flush();
            });
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(json(model, result));
    } else {
      table(out, result);
    }
    out.flush();
    return 0;
  }

  private String json(Path model, Result result) throws Exception {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", model.getFileName().toString());
    document.put("threads", threads);
    document.put("promptTokens", prompt);
    document.put("rounds", rounds);
    document.put("measures", result.measures().stream().map(CpuBench::row).toList());
    document.put("notes", result.notes());
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document);
  }

  private static Map<String, Object> row(Measure measure) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("what", measure.what());
    row.put("kernels", measure.kernels());
    row.put("batch", measure.batch());
    row.put("unit", measure.unit());
    row.put("median", measure.median());
    row.put("least", measure.least());
    row.put("most", measure.most());
    row.put("values", measure.values());
    return row;
  }

  private void table(PrintWriter out, Result result) {
    out.printf(Locale.ROOT, "%d threads, %d-token prompts, %d rounds%n", threads, prompt, rounds);
    out.printf("%-12s %-14s %5s %10s %21s %s%n", "", "kernels", "batch", "median", "range", "");
    for (Measure m : result.measures()) {
      out.printf(
          Locale.ROOT,
          "%-12s %-14s %5d %10.1f %10.1f-%-10.1f %s%n",
          m.what(),
          m.kernels(),
          m.batch(),
          m.median(),
          m.least(),
          m.most(),
          m.unit());
    }
    result.notes().forEach(out::println);
    out.println("prefill and decode count all sequences of a batch; memory read is one thread");
  }
}
