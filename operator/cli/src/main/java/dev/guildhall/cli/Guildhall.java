package dev.guildhall.cli;

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
    subcommands = {})
public final class Guildhall {

  private Guildhall() {}

  /**
   * Runs one command. Exit codes: 0 done, 1 the command failed or a check did not hold, 2 wrong
   * usage.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Guildhall())
        .setExecutionExceptionHandler(new Failures())
        .setCaseInsensitiveEnumValuesAllowed(true);
  }
}
