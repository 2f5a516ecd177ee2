package dev.guildhall.devcluster.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.devcluster.Cache;
import dev.guildhall.devcluster.Command;
import dev.guildhall.devcluster.DevClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real run time of the images, and a program that says one word. */
class ClassArchiveTest {
  private static final List<String> FLAGS = List.of("-Djava.io.tmpdir=/tmp");
  private static final Rehearsal ONCE =
      (command, more, _) -> run(command.java(), more, command.jar());

  @TempDir Path folder;
  private final JavaRuntime runtime = new JavaRuntime(Cache.ofUser());

  @BeforeEach
  void build() throws IOException {
    Path source = folder.resolve("Hello.java");
    Files.writeString(
        source,
        "public class Hello { public static void main(String[] a) { System.out.println(\"hello\"); } }");
    ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString());
    Files.createDirectories(folder.resolve("build/lib"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Hello");
    try (var jar =
        new JarOutputStream(Files.newOutputStream(folder.resolve("build/hello.jar")), manifest)) {
      jar.putNextEntry(new JarEntry("Hello.class"));
      Files.copy(folder.resolve("Hello.class"), jar);
    }
  }

  private Application application(Rehearsal rehearsal) throws IOException {
    return Application.plain("hello", folder.resolve("build"), List.of(), rehearsal);
  }

  private Path archive(Rehearsal rehearsal) throws IOException {
    return new ClassArchive(new Cache(folder.resolve("cache")), runtime)
        .of(application(rehearsal), FLAGS, rehearsal);
  }

  private static String run(List<String> java, List<String> more, Path jar) {
    List<String> argv = new ArrayList<>(java);
    argv.addAll(more);
    argv.addAll(List.of("-jar", jar.toString()));
    return Command.of(argv).run();
  }

  private List<String> java() {
    return List.of(runtime.folder().resolve("bin/java").toString(), FLAGS.getFirst());
  }

  /** As in an image: another folder, and Jib's time of each file. */
  private Path installed() throws IOException {
    Path jar = Files.createDirectories(folder.resolve("elsewhere/app")).resolve("hello.jar");
    Files.copy(folder.resolve("build/hello.jar"), jar);
    return Files.setLastModifiedTime(jar, FileTime.from(Instant.ofEpochSecond(1)));
  }

  @Test
  void aStartFromAnotherFolderTakesItsClassesFromTheArchive() throws IOException {
    var more =
        List.of("-XX:AOTMode=on", "-XX:AOTCache=" + archive(ONCE), "-Xlog:class+load:stdout");
    assertThat(run(java(), more, installed()).lines())
        .anyMatch("hello"::equals)
        .anyMatch(line -> line.matches(".* Hello source: shared objects file.*"));
  }

  /** It would be of the processor that the rehearsal ran on; nothing compares it with another's. */
  @Test
  void theArchiveHoldsNoCode() throws IOException {
    var more = List.of("-XX:AOTCache=" + archive(ONCE), "-Xlog:aot+codecache+init=info:stdout");
    assertThat(run(java(), more, installed())).contains("AOT Code Cache is empty");
  }

  @Test
  void aProgramThatIsAnotherOneStartsWithout() throws IOException {
    Path archive = archive(ONCE);
    try (var jar = new JarOutputStream(Files.newOutputStream(folder.resolve("other.jar")))) {
      jar.putNextEntry(new JarEntry("Hello.class"));
      Files.copy(folder.resolve("Hello.class"), jar);
    }
    var argv = new ArrayList<>(java());
    argv.add("-XX:AOTCache=" + archive);
    argv.addAll(List.of("-cp", folder.resolve("other.jar").toString(), "Hello"));
    assertThat(Command.of(argv).run()).endsWith("hello\n");
  }

  @Test
  void aRehearsalThatDoesNotEndAsItShouldIsNamed() {
    assertThatThrownBy(() -> archive((_, _, _) -> {}))
        .isInstanceOf(DevClusterException.class)
        .hasMessage("the rehearsal of hello left no archive of its classes");
  }

  @Test
  void whatIsStartedOtherwiseHasAnotherDigest() throws IOException {
    var plain = application(ONCE);
    var flagged =
        new Application(
            plain.name(), plain.folders(), plain.main(), List.of("-Xint"), Optional.empty());
    assertThat(flagged.digest()).isNotEqualTo(plain.digest());
  }
}
