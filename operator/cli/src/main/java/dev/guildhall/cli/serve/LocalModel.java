package dev.guildhall.cli.serve;

import dev.guildhall.engine.model.ModelConfig;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The model that is to be served.
 *
 * @param folder absolute
 * @param name what API consumers call it: the folder's name
 * @param maxContext in tokens
 * @param ranks how many processes share its experts
 * @param backend what each of them computes with
 */
record LocalModel(Path folder, String name, int maxContext, int ranks, String backend) {

  /**
   * Looks at a folder.
   *
   * @throws ServeException if it is none, or its experts do not divide over the ranks
   */
  static LocalModel of(Path given, int ranks, String backend) {
    Path folder = given.toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new ServeException("there is no folder " + folder);
    }
    ModelConfig config = ModelConfig.read(folder);
    if (ranks < 1 || config.experts() % ranks != 0) {
      throw new ServeException(
          "--ranks %d: the model's %d experts must divide over the ranks"
              .formatted(ranks, config.experts()));
    }
    String name = folder.getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "-");
    return new LocalModel(folder, name, config.maxPositions(), ranks, backend);
  }
}
