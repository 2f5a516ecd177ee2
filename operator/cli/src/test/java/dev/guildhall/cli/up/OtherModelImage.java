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
    Path sample = Checkout.sampleModel();
    try (Stream<Path> files = Files.list(sample)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    String other =
        text.replaceFirst("\"routed_scaling_factor\": *[0-9.]+", "\"routed_scaling_factor\": 0.1");
    if (other.equals(text)) {
      throw new IllegalStateException(config + " has no routed_scaling_factor");
    }
    Files.writeString(config, other);
    ContainerImage image =
        new Images(Checkout.root(), Cache.ofUser()).model(folder, "small-v3", "other");
    State.own(Progress.silent()).importImages(List.of(image));
    return image.name();
  }
}
