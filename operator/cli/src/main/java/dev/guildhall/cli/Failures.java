package dev.guildhall.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Turns an exception into one line for a person; {@code GUILDHALL_DEBUG=1} adds the stack trace.
 */
final class Failures implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    String message = words(failure);
    command.getErr().println("guildhall: " + message);
    if ("1".equals(System.getenv("GUILDHALL_DEBUG"))) {
      failure.printStackTrace(command.getErr());
    }
    return 1;
  }

  private static String words(Exception failure) {
    return switch (failure) {
      case NoSuchFileException e -> "there is no file " + e.getFile();
      case AccessDeniedException e -> "no right to use the file " + e.getFile();
      default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
    };
  }

  /** Wrong usage is one line too; the whole help is a word away. Exit code 2. */
  static int wrongUsage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    command
        .getErr()
        .println(
            "guildhall: %s; see '%s --help'"
                .formatted(
                    failure.getMessage().lines().findFirst().orElse("wrong usage"),
                    command.getCommandSpec().qualifiedName()));
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
