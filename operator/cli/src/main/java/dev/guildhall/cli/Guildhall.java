package dev.guildhall.cli;

import dev.guildhall.cli.cost.CostCommand;
import dev.guildhall.cli.serve.ChatCommand;
import dev.guildhall.cli.serve.ServeCommand;
import dev.guildhall.cli.simulate.SimulateCommand;
import dev.guildhall.cli.up.DownCommand;
import dev.guildhall.cli.up.KubectlCommand;
import dev.guildhall.cli.up.UpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/**
 * The {@code guildhall} command, also installed as the kubectl plugin {@code kubectl guildhall}.
 */
@Command(
    name = "guildhall",
    description =
        "Serves and trains mixture-of-experts models on Kubernetes, and bills every token.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    subcommands = {
      BenchCommand.class,
      ChatCommand.class,
      CostCommand.class,
      DownCommand.class,
      KubectlCommand.class,
      ServeCommand.class,
      PackageCommand.class,
      SetupCommand.class,
      SimulateCommand.class,
      UpCommand.class,
      VerifyCommand.class
    })
public final class Guildhall {

  private Guildhall() {}

  /**
   * Runs one command. Exit codes: 0 done, 1 the command failed or a check did not hold, 2 wrong
   * usage.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    LibraryLogs.quieten();
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine line =
        new CommandLine(new Guildhall())
            .setExecutionExceptionHandler(new Failures())
            .setParameterExceptionHandler(Failures::wrongUsage)
            .setCaseInsensitiveEnumValuesAllowed(true);
    KubectlCommand.passThrough(line.getSubcommands().get("kubectl"));
    return line;
  }
}
