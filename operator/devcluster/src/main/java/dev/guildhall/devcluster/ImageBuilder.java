package dev.guildhall.devcluster;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

/** Writes images with Jib, whose layers are cached beside our own entries. No daemon, no root. */
public final class ImageBuilder {

  private final Cache cache;

  /** An image builder with the given cache. */
  public ImageBuilder(Cache cache) {
    this.cache = cache;
  }

  /** Describes what goes into an image. */
  @FunctionalInterface
  public interface Content {
    /** Layers, entry point and user. */
    JibContainerBuilder describe() throws IOException, InvalidImageReferenceException;
  }

  /**
   * The image's archive, made first if it is not cached.
   *
   * @param name with tag
   * @param key digest of all that {@code content} describes
   */
  public ContainerImage build(String name, String key, Content content) {
    String file = name.replaceAll("[^A-Za-z0-9.]+", "_") + "-" + key + ".tar";
    Path tar = cache.get("images/" + file, target -> write(name, content, target));
    return new ContainerImage(name, tar);
  }

  private void write(String name, Content content, Path target) throws IOException {
    Path layers = cache.root().resolve("jib");
    try {
      content
          .describe()
          .containerize(
              Containerizer.to(TarImage.at(target).named(name))
                  .setOfflineMode(true)
                  .setToolName("guildhall")
                  .setBaseImageLayersCache(layers.resolve("base"))
                  .setApplicationLayersCache(layers.resolve("application")));
    } catch (InvalidImageReferenceException
        | RegistryException
        | CacheDirectoryCreationException
        | ExecutionException e) {
      throw new IOException("cannot make the image " + name + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while making the image " + name, e);
    }
  }
}
