package dev.guildhall.devcluster.image;

import dev.guildhall.devcluster.DevClusterException;
import dev.guildhall.devcluster.Digest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * A Java process as the build left it.
 *
 * @param name of its image, such as {@code gateway}
 * @param folders what goes below {@code /app}, libraries first since they change least
 * @param main the program's jar, relative to {@code /app}
 * @param flags of the Java virtual machine
 * @param rehearsal of which an archive of its classes is made; empty: it starts without one
 */
record Application(
    String name,
    List<Part> folders,
    String main,
    List<String> flags,
    Optional<Rehearsal> rehearsal) {

  /**
   * A file or folder of the build and where it goes.
   *
   * @param layer a name for people
   * @param source on this machine
   * @param target in the image
   */
  record Part(String layer, Path source, String target) {}

  /** A Quarkus process in fast-jar form; libraries, then what changes with each build. */
  static Application quarkus(String name, Path build) {
    Path app = build.resolve("quarkus-app");
    return new Application(
        name,
        List.of(
            new Part("libraries", app.resolve("lib"), "/app/lib"),
            new Part("framework", app.resolve("quarkus"), "/app/quarkus"),
            new Part("application", app.resolve("app"), "/app/app"),
            new Part("launcher", app.resolve("quarkus-run.jar"), "/app/quarkus-run.jar")),
        "quarkus-run.jar",
        List.of(),
        Optional.empty());
  }

  /**
   * A plain process: a jar that names its main class and its libraries in {@code lib/}.
   *
   * @throws DevClusterException if the build has no such jar
   */
  static Application plain(String name, Path build, List<String> flags, Rehearsal rehearsal)
      throws IOException {
    Path jar = runnableJar(build);
    String file = jar.getFileName().toString();
    return new Application(
        name,
        List.of(
            new Part("libraries", build.resolve("lib"), "/app/lib"),
            new Part("application", jar, "/app/" + file)),
        file,
        flags,
        Optional.of(rehearsal));
  }

  /**
   * A digest of all that the build left and of how it is started.
   *
   * @throws DevClusterException if a part of it has not been built
   */
  String digest() throws IOException {
    Digest digest = new Digest();
    flags.forEach(flag -> digest.add("flag", flag));
    for (Part part : folders) {
      if (Files.isDirectory(part.source())) {
        digest.add("folder", part.target()).addTree(part.source());
      } else if (Files.exists(part.source())) {
        digest.add(part.target(), Files.readAllBytes(part.source()));
      } else {
        throw new DevClusterException(
            "%s is missing, so the image %s cannot be made: build the project first (./mvnw -q -DskipTests package)"
                .formatted(part.source(), name));
      }
    }
    return digest.key();
  }

  private static Path runnableJar(Path build) throws IOException {
    if (Files.isDirectory(build)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(build, "*.jar")) {
        for (Path jar : jars) {
          if (hasMain(jar)) {
            return jar;
          }
        }
      }
    }
    throw new DevClusterException(
        "no runnable jar in %s: build the project first (./mvnw -q -DskipTests package)"
            .formatted(build));
  }

  private static boolean hasMain(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      var manifest = file.getManifest();
      return manifest != null
          && manifest.getMainAttributes().containsKey(Attributes.Name.MAIN_CLASS);
    }
  }
}
