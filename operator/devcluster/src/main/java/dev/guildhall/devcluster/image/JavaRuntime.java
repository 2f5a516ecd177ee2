package dev.guildhall.devcluster.image;

import dev.guildhall.devcluster.Cache;
import dev.guildhall.devcluster.Command;
import dev.guildhall.devcluster.Digest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Java run time with only the modules that Guildhall's processes use, linked from this JDK. */
final class JavaRuntime {

  private static final String MODULES =
      String.join(
          ",",
          "java.base",
          "java.desktop",
          "java.instrument",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.rmi",
          "java.scripting",
          "java.security.jgss",
          "java.security.sasl",
          "java.sql",
          "java.transaction.xa",
          "java.xml",
          "jdk.crypto.ec",
          "jdk.httpserver",
          "jdk.incubator.vector",
          "jdk.jcmd",
          "jdk.jfr",
          "jdk.management",
          "jdk.naming.dns",
          "jdk.net",
          "jdk.unsupported",
          "jdk.zipfs");

  /** With an archive of the run time's own classes, which every start uses that has none better. */
  private static final List<String> FLAGS =
      List.of(
          "--strip-debug",
          "--no-header-files",
          "--no-man-pages",
          "--compress=zip-1",
          "--generate-cds-archive");

  private final Cache cache;

  JavaRuntime(Cache cache) {
    this.cache = cache;
  }

  static String key() {
    return new Digest()
        .add("version", Runtime.version().toString())
        .add("vendor", System.getProperty("java.vendor", ""))
        .add("modules", MODULES)
        .add("flags", String.join(" ", FLAGS))
        .key();
  }

  /** The run time's folder, linked first if it is not cached. */
  Path folder() {
    return cache.get("images/java-" + key(), JavaRuntime::link);
  }

  private static void link(Path target) {
    Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
    List<String> argv = new java.util.ArrayList<>(List.of(jlink.toString()));
    argv.addAll(FLAGS);
    argv.addAll(List.of("--add-modules", MODULES, "--output", target.toString()));
    Command.of(argv).within(Duration.ofMinutes(10)).run();
  }
}
