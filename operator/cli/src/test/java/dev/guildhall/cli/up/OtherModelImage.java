package dev.guildhall.cli.up;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A version of the sample model that loads and answers fluently, but not as it should: its experts
 * count for a fraction of what they were trained to. Brings its image to this machine's cluster.
 */
public final class OtherModelImage {

  private OtherModelImage() {}

  /**
   * The image's name.
   *
   * @param folder an empty one, for the files
   */
  public static String deliver(Path folder) throws IOException {
    SampleCopy.into(folder);
    SampleCopy.edit(
        folder, "\"routed_scaling_factor\": *[0-9.]+", "\"routed_scaling_factor\": 0.1");
    return SampleCopy.deliver(folder, "other");
  }
}
