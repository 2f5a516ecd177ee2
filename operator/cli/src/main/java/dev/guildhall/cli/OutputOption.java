package dev.guildhall.cli;

import picocli.CommandLine.Option;

/** The option {@code -o}, the same in every command that prints a table. */
public final class OutputOption {

  enum Format {
    TABLE,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
  private Format format;

  /** Whether JSON is asked for instead of a table. */
  public boolean json() {
    return format == Format.JSON;
  }
}
