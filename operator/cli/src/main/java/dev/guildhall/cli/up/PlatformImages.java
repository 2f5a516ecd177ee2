package dev.guildhall.cli.up;

import dev.guildhall.devcluster.Cache;
import dev.guildhall.devcluster.ContainerImage;
import dev.guildhall.devcluster.DevClusterException;
import dev.guildhall.devcluster.image.Images;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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
   * Makes them and imports them into this machine's cluster. A given cluster must have been loaded
   * by its own means; its nodes are asked whether it was.
   *
   * @param loaded the user says so: nodes list only their fifty largest images
   * @return the tag to install with
   * @throws DevClusterException if a given cluster lacks an image, with what to do
   */
  String deliver(boolean loaded) throws IOException {
    Images.Built built = new Images(checkout, Cache.ofUser()).build(VERSION);
    if (platform.own().isPresent()) {
      platform.own().get().importImages(built.all());
    } else if (!loaded) {
      Set<String> present =
          platform.client().nodes().list().getItems().stream()
              .flatMap(node -> node.getStatus().getImages().stream())
              .flatMap(image -> image.getNames().stream())
              .collect(Collectors.toSet());
      List<ContainerImage> missing =
          built.all().stream().filter(image -> !present.contains(image.name())).toList();
      if (!missing.isEmpty()) {
        throw new DevClusterException(absent(missing));
      }
    }
    return built.tag();
  }

  static String absent(List<ContainerImage> missing) {
    StringBuilder text =
        new StringBuilder(
            "the nodes of your cluster lack images of this build. Load these archives on each node"
                + " that is to run them, then run up again (with --images-loaded if a node does not"
                + " list them):");
    for (ContainerImage image : missing) {
      text.append("%n  ctr -n k8s.io images import %s   # %s".formatted(image.tar(), image.name()));
    }
    return text.append("%n  (with kind: kind load image-archive FILE)".formatted()).toString();
  }
}
