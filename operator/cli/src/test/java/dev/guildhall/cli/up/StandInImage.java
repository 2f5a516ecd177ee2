package dev.guildhall.cli.up;

import dev.guildhall.cli.Checkout;
import dev.guildhall.devcluster.Cache;
import dev.guildhall.devcluster.Command;
import dev.guildhall.devcluster.ContainerImage;
import dev.guildhall.devcluster.Progress;
import dev.guildhall.devcluster.image.Images;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes the engine's image with the CUDA stand-in and brings it to this machine's cluster. */
public final class StandInImage {

  private StandInImage() {}

  /** The image's name. */
  public static String deliver() throws IOException {
    Path checkout = Checkout.root();
    String built = Command.of(checkout.resolve("engine/cuda/standin/build.sh").toString()).run();
    Path driver = Path.of(built.strip().lines().reduce((first, last) -> last).orElseThrow());
    ContainerImage image = new Images(checkout, Cache.ofUser()).standIn("0.1.0", driver);
    State.own(Progress.silent()).importImages(List.of(image));
    return image.name();
  }
}
