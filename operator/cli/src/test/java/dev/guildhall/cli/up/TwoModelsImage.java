package dev.guildhall.cli.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image with two folders, {@code one} and {@code two}: both the sample model, alike in what they
 * answer and not in their digests.
 */
public final class TwoModelsImage {

  private TwoModelsImage() {}

  /**
   * Brings it to this machine's cluster; returns its name.
   *
   * @param folder an empty one, for the files
   */
  public static String deliver(Path folder) throws IOException {
    SampleCopy.into(Files.createDirectory(folder.resolve("one")));
    SampleCopy.into(Files.createDirectory(folder.resolve("two")));
    SampleCopy.edit(folder.resolve("two"), "\\{", "{\"note\": \"the second\",");
    return SampleCopy.deliver(folder, "two");
  }
}
