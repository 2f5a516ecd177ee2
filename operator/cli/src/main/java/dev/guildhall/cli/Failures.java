package dev.guildhall.cli;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns an exception into one line for a person; {@code GUILDHALL_DEBUG=1} adds the stack trace.
 */
final class Failures implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    command.getErr().println("guildhall: " + message);
    if ("1".equals(System.getenv("GUILDHALL_DEBUG"))) {
      failure.printStackTrace(command.getErr());
    }
    return 1;
  }
}
