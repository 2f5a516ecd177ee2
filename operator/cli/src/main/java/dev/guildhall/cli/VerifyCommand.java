package dev.guildhall.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.guildhall.engine.backend.BackendProvider;
import dev.guildhall.engine.model.ModelException;
import dev.guildhall.engine.model.verify.Verification;
import dev.guildhall.engine.model.verify.VerifyOptions;
import dev.guildhall.engine.model.verify.VerifyReport;
import dev.guildhall.engine.server.Backends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code guildhall verify}: checks model folders against the expectations that lie in them. */
@Command(
    name = "verify",
    description =
        "Runs every check that a model folder allows (golden.safetensors, expected.safetensors,"
            + " trajectory.safetensors; without any, a finite forward pass) and prints the largest"
            + " differences beside what is allowed. Exits with 1 if one is larger.")
final class VerifyCommand implements Callable<Integer> {
  private static final String REFERENCE = "reference";

  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "Model folders.")
  private List<Path> folders;

  @Option(
      names = "--backend",
      split = ",",
      description =
          "What to check: reference, cpu, cuda; default: the reference and every"
              + " backend that can run here.")
  private List<String> backends = List.of();

  @Option(
      names = "--held-out",
      description = "Computes held-out losses on the reference too, which takes minutes.")
  private boolean heldOut;

  @Mixin private OutputOption output;

  @Override
  public Integer call() throws JsonProcessingException {
    VerifyOptions options = options();
    List<VerifyReport> reports = new ArrayList<>();
    boolean sound = true;
    for (Path folder : folders) {
      try {
        reports.add(Verification.run(folder, options, this::progress));
      } catch (ModelException e) {
        spec.commandLine().getErr().println("guildhall: " + folder + ": " + e.getMessage());
        sound = false;
      }
    }
    String text = output.json() ? VerifyOutput.json(reports) : VerifyOutput.table(reports);
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
    return sound && reports.stream().allMatch(VerifyReport::holds) ? 0 : 1;
  }

  private void progress(String line) {
    spec.commandLine().getErr().println(line);
  }

  private VerifyOptions options() {
    TreeMap<String, BackendProvider> found = new TreeMap<>();
    ServiceLoader.load(BackendProvider.class).forEach(p -> found.put(p.name(), p));
    if (backends.isEmpty()) {
      return new VerifyOptions(true, List.copyOf(found.values()), heldOut);
    }
    List<BackendProvider> chosen = new ArrayList<>();
    for (String name : backends) {
      if (found.containsKey(name)) {
        chosen.add(Backends.named(name));
      } else if (!name.equals(REFERENCE)) {
        throw new ParameterException(
            spec.commandLine(),
            "unknown backend '" + name + "'; one of: " + REFERENCE + ", " + found.keySet());
      }
    }
    return new VerifyOptions(backends.contains(REFERENCE), chosen, heldOut);
  }
}
