package dev.guildhall.cli;

import dev.guildhall.engine.cuda.toolchain.CudaToolkit;
import dev.guildhall.engine.cuda.toolchain.ToolkitInstaller;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code guildhall setup}: fetches what the build can use and does not need. */
@Command(
    name = "setup",
    description = "Fetches what the build can use and does not need.",
    subcommands = SetupCommand.Cuda.class)
final class SetupCommand {

  /** {@code guildhall setup cuda}. */
  @Command(
      name = "cuda",
      description = {
        "Finds nvcc in CUDA_HOME, on the PATH or in Guildhall's cache, or installs it there from PyPI's wheels",
        "(pinned by digest; about 110 MB to fetch). The next build then compiles the CUDA kernels."
      })
  static final class Cuda implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = spec.commandLine().getOut();
      boolean missing = CudaToolkit.find().isEmpty();
      ToolkitInstaller.install(
          line -> {
            out.println(line);
            out.flush();
          });
      if (missing) {
        // The wrapper builds when this file is not there.
        Files.deleteIfExists(Checkout.root().resolve("operator/cli/target/.built"));
      }
      return 0;
    }
  }
}
