package dev.guildhall.engine.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the model's folder is, now.
 *
 * @param root what is mounted
 * @param pathFile names the folder below it, and may come to name another; null: the root itself
 */
record ModelFolder(Path root, Path pathFile) {

  /**
   * The folder.
   *
   * @throws InvalidOptionException if the file cannot be read or names a folder that is not below
   *     the root
   */
  Path now() {
    if (pathFile == null) {
      return root;
    }
    try {
      String path = Files.readString(pathFile).strip();
      Path folder = root.resolve(path).normalize();
      if (path.isEmpty() || !folder.startsWith(root)) {
        throw new InvalidOptionException(
            "GUILDHALL_MODEL_PATH_FILE: %s names '%s', which is no folder below %s"
                .formatted(pathFile, path, root));
      }
      return folder;
    } catch (IOException e) {
      throw new InvalidOptionException("GUILDHALL_MODEL_PATH_FILE: cannot read " + e.getMessage());
    }
  }
}
