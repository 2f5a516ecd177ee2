package dev.guildhall.cli.up;

import dev.guildhall.devcluster.Cache;
import dev.guildhall.devcluster.ContainerImage;
import dev.guildhall.devcluster.image.Images;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Makes the images of this checkout and brings them to the cluster. */
final class PlatformImages {

  private static final String VERSION = "0.1.0";

  private final Path checkout;
  private final Platform platform;

  PlatformImages(Path checkout, Platform platform) {
    this.checkout = checkout;
    this.platform = platform;
  }

  /**
   * Makes them and imports them into this machine's cluster; a given cluster must be loaded by its
   * own means, which {@code say} names.
   *
   * @return the tag to install with
   */
  String deliver(Consumer<String> say) throws IOException {
    Images.Built built = new Images(checkout, Cache.ofUser()).build(VERSION);
    if (platform.own().isPresent()) {
      platform.own().get().importImages(built.all());
    } else {
      say.accept("  your cluster needs these images; load the archives, for instance with kind:");
      for (ContainerImage image : built.all()) {
        say.accept("    kind load image-archive " + image.tar() + "   # " + image.name());
      }
    }
    return built.tag();
  }
}
