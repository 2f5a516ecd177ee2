package dev.guildhall.engine.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Settings of the native tokenizer library, made before its first use: it may not call home, may
 * not download, and unpacks its shared object where this process may write.
 */
final class NativeTokenizers {
  /**
   * System property or, in upper case with underscores, environment variable: the folder to use.
   */
  private static final String PROPERTY = "guildhall.native.dir";

  private static boolean prepared;

  private NativeTokenizers() {}

  static synchronized void prepare() {
    if (prepared) {
      return;
    }
    // Without this the library asks the cloud metadata address and reports its use.
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
    if (System.getProperty("ENGINE_CACHE_DIR") == null) {
      System.setProperty("ENGINE_CACHE_DIR", folder().toString());
    }
    prepared = true;
  }

  private static Path folder() {
    String chosen = System.getProperty(PROPERTY, System.getenv().get("GUILDHALL_NATIVE_DIR"));
    if (chosen != null) {
      return Path.of(chosen);
    }
    Path cache =
        Path.of(System.getProperty("user.home", "/nonexistent"), ".cache", "guildhall", "native");
    try {
      return Files.createDirectories(cache);
    } catch (IOException e) {
      return ownTemporary(e);
    }
  }

  /** A fresh folder that only this user may write: others must not put a library there. */
  private static Path ownTemporary(IOException why) {
    try {
      return Files.createTempDirectory("guildhall-native");
    } catch (IOException e) {
      e.addSuppressed(why);
      throw new ModelException(
          "no folder to unpack the tokenizer library to: set " + PROPERTY + " or java.io.tmpdir",
          e);
    }
  }
}
