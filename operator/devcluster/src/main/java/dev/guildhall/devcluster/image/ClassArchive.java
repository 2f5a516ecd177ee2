package dev.guildhall.devcluster.image;

import dev.guildhall.devcluster.Cache;
import dev.guildhall.devcluster.DevClusterException;
import dev.guildhall.devcluster.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program's classes as the Java virtual machine has them once loaded and linked, and what it
 * learned of its methods, kept from a rehearsal for every later start (JEP 483, 514, 515). A
 * virtual machine that cannot use it, because it is another one or has other jars, starts without.
 */
final class ClassArchive {

  /** What Jib gives to files of an image; the virtual machine compares times of jars. */
  private static final FileTime IN_IMAGE = FileTime.from(Instant.EPOCH.plusSeconds(1));

  /**
   * Without code: it would be of the processor that the rehearsal ran on, which no later start
   * compares with its own (JDK 25 and 26; a narrower one ends with an illegal instruction).
   */
  private static final List<String> NO_CODE =
      List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching");

  private final Cache cache;
  private final JavaRuntime runtime;

  ClassArchive(Cache cache, JavaRuntime runtime) {
    this.cache = cache;
    this.runtime = runtime;
  }

  /** How archives are made; part of the key of what holds one. */
  static String key() {
    return String.join(" ", NO_CODE);
  }

  /**
   * The archive's file, made first if it is not cached.
   *
   * @param flags all flags that the program is started with
   */
  Path of(Application application, List<String> flags, Rehearsal rehearsal) throws IOException {
    Digest key =
        new Digest().add("java", JavaRuntime.key()).add("application", application.digest());
    flags.forEach(flag -> key.add("flag", flag));
    key.add("rehearsal", key());
    return cache.get(
        "images/classes-%s-%s.aot".formatted(application.name(), key.key()),
        target -> make(application, flags, rehearsal, target));
  }

  private void make(Application application, List<String> flags, Rehearsal rehearsal, Path target)
      throws IOException {
    Path work = Files.createTempDirectory("guildhall-classes");
    try {
      Path image = work.resolve("image");
      for (Application.Part part : application.folders()) {
        copy(part.source(), image.resolve(part.target().substring(1)));
      }
      Path archive = work.resolve("classes.aot");
      List<String> java = new ArrayList<>();
      java.add(runtime.folder().resolve("bin/java").toString());
      java.addAll(flags);
      Path jar = image.resolve("app").resolve(application.main());
      List<String> watched = new ArrayList<>(NO_CODE);
      watched.add("-XX:AOTCacheOutput=" + archive);
      rehearsal.run(new Rehearsal.Command(java, jar), watched, work);
      if (!Files.exists(archive)) {
        throw new DevClusterException(
            "the rehearsal of %s left no archive of its classes".formatted(application.name()));
      }
      Files.move(archive, target);
    } finally {
      Cache.deleteTree(work);
    }
  }

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> all = Files.walk(source)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        Path to = target.resolve(source.relativize(each).toString());
        Files.createDirectories(to.getParent());
        Files.copy(each, to);
        Files.setLastModifiedTime(to, IN_IMAGE);
      }
    }
  }
}
