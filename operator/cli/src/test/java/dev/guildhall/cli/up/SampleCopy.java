package dev.guildhall.cli.up;

import dev.guildhall.cli.Checkout;
import dev.guildhall.devcluster.Cache;
import dev.guildhall.devcluster.ContainerImage;
import dev.guildhall.devcluster.Progress;
import dev.guildhall.devcluster.image.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Copies of the sample model with another config.json, and their images. */
final class SampleCopy {

  private SampleCopy() {}

  /** Copies the sample's files. */
  static void into(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(Checkout.sampleModel())) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  /** Replaces the first match in config.json, which must have one. */
  static void edit(Path folder, String pattern, String replacement) throws IOException {
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    String other = text.replaceFirst(pattern, replacement);
    if (other.equals(text)) {
      throw new IllegalStateException(config + " has no " + pattern);
    }
    Files.writeString(config, other);
  }

  /** Makes an image of a folder and brings it to this machine's cluster; returns its name. */
  static String deliver(Path folder, String tag) throws IOException {
    ContainerImage image =
        new Images(Checkout.root(), Cache.ofUser()).model(folder, "small-v3", tag);
    State.own(Progress.silent()).importImages(List.of(image));
    return image.name();
  }
}
