package dev.guildhall.engine.model;

import java.nio.file.Path;

/** A safetensors file or its index breaks the format. */
public final class InvalidSafetensorsException extends ModelException {
  private static final long serialVersionUID = 1L;

  /** Names the file by its last path element, and the problem with tensor and offsets. */
  public InvalidSafetensorsException(Path file, String problem) {
    super(file.getFileName() + ": " + problem);
  }

  /** The same, with the parser's error. */
  public InvalidSafetensorsException(Path file, String problem, Throwable cause) {
    super(file.getFileName() + ": " + problem, cause);
  }
}
