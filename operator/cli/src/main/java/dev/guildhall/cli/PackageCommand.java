package dev.guildhall.cli;

import dev.guildhall.cli.bare.BareScript;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code guildhall package}: makes what is carried elsewhere. */
@Command(
    name = "package",
    description = "Makes what is carried to machines without a checkout.",
    subcommands = PackageCommand.Cuda.class)
final class PackageCommand {

  /** {@code guildhall package cuda}. */
  @Command(
      name = "cuda",
      description = {
        "Writes one script that checks the CUDA backend against its goldens and measures its kernels on a bare",
        "Linux machine (x86-64) with nothing but an NVIDIA driver: a trimmed Java run-time travels in it.",
        "There: sh guildhall-cuda.sh [--rounds=N]. The build needs nvcc, see 'guildhall setup cuda'."
      })
  static final class Cuda implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "Where to write it (default: ${DEFAULT-VALUE}).",
        defaultValue = "guildhall-cuda.sh")
    private Path output;

    @Override
    public Integer call() throws IOException, InterruptedException {
      PrintWriter out = spec.commandLine().getOut();
      BareScript.write(output, Checkout.root());
      out.printf("%s, %.1f MiB%n", output, Files.size(output) / 1048576.0);
      return 0;
    }
  }
}
