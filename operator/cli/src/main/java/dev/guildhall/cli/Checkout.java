package dev.guildhall.cli;

import java.nio.file.Path;

/** Where the project's folders are. */
public final class Checkout {

  private Checkout() {}

  /** The root of the checkout: what the launcher passed, or the working directory. */
  public static Path root() {
    return Path.of(System.getProperty("guildhall.root", "")).toAbsolutePath();
  }

  /** The small trained checkpoint that samples and defaults use. */
  public static Path sampleModel() {
    return root().resolve("manifests/samples/models/small-v3");
  }
}
