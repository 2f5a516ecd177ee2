package dev.guildhall.simulator.trace;

import java.nio.file.Path;

/** A trace cannot be used; the message names the file, the line and what is wrong with it. */
public final class TraceException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TraceException(Path file, long line, String problem) {
    super("%s:%d: %s".formatted(file, line, problem));
  }

  TraceException(Path file, String problem) {
    super("%s: %s".formatted(file, problem));
  }
}
