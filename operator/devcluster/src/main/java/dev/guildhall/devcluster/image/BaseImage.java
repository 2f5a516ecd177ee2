package dev.guildhall.devcluster.image;

import dev.guildhall.devcluster.Cache;
import dev.guildhall.devcluster.Command;
import dev.guildhall.devcluster.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * The C library and its few companions from Debian's packages, as an image archive that Jib builds
 * upon. No shell and no package manager.
 */
final class BaseImage {

  private static final String SUITE = "bookworm";
  private static final String PACKAGES =
      "libc6,libgcc-s1,libstdc++6,zlib1g,libgomp1,ca-certificates,tzdata";

  private static final String CONFIG =
      """
      {"architecture":"amd64","os":"linux","created":"1970-01-01T00:00:00Z","config":{},
       "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}
      """;
  private static final String MANIFEST =
      "[{\"Config\":\"config.json\",\"RepoTags\":[\"guildhall.dev/base:1\"],\"Layers\":[\"layer.tar\"]}]";

  private final Cache cache;

  BaseImage(Cache cache) {
    this.cache = cache;
  }

  static String key() {
    return new Digest().add("suite", SUITE).add("packages", PACKAGES).key();
  }

  /** The archive, made first if it is not cached. */
  Path archive() {
    return cache.get("images/base-" + key() + ".tar", BaseImage::make);
  }

  private static void make(Path target) throws IOException {
    Path work = Files.createTempDirectory("guildhall-base");
    try {
      Path layer = work.resolve("layer.tar");
      Command.of(
              List.of(
                  "mmdebstrap",
                  "--variant=extract",
                  "--include=" + PACKAGES,
                  SUITE,
                  layer.toString()))
          .within(Duration.ofMinutes(15))
          .run();
      Files.writeString(work.resolve("config.json"), CONFIG.formatted(sha256(layer)));
      Files.writeString(work.resolve("manifest.json"), MANIFEST);
      Command.of("tar", "-cf", target.toString(), "manifest.json", "config.json", "layer.tar")
          .in(work)
          .run();
    } finally {
      Cache.deleteTree(work);
    }
  }

  private static String sha256(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
