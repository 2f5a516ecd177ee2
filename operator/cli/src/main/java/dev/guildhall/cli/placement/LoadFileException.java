package dev.guildhall.cli.placement;

import java.nio.file.Path;

/** A file of expert loads cannot be used; the message names file and field. */
public final class LoadFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LoadFileException(Path file, String what) {
    super(file + ": " + what);
  }
}
