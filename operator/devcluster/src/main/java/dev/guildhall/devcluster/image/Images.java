package dev.guildhall.devcluster.image;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import dev.guildhall.devcluster.Cache;
import dev.guildhall.devcluster.ContainerImage;
import dev.guildhall.devcluster.DevClusterException;
import dev.guildhall.devcluster.Digest;
import dev.guildhall.devcluster.ImageBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes Guildhall's images. All run as a numeric user without rights, write nothing but {@code
 * /tmp}, and share their base and run-time layers.
 */
public final class Images {

  private static final String REGISTRY = "guildhall.dev";
  private static final String USER = "65532:65532";
  private static final String STAND_IN = "/opt/cuda-standin";
  private static final String CLASSES = "/app/classes.aot";

  /**
   * With the last one, NVIDIA's container runtime brings the driver's library into a rank's pod.
   */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "HOME", "/tmp",
          "LANG", "C.UTF-8",
          "JAVA_HOME", "/opt/java",
          "DJL_CACHE_DIR", "/tmp/djl",
          "NVIDIA_DRIVER_CAPABILITIES", "compute,utility");

  /**
   * A user without a home; heap sizes are the chart's and the operator's to choose. Addresses are
   * believed for a second, by the JVM and by gRPC: a pod that is made anew keeps its name only.
   */
  private static final List<String> FLAGS =
      List.of(
          "-Duser.home=/tmp",
          "-Djava.io.tmpdir=/tmp",
          "-Dsun.net.inetaddr.ttl=1",
          "-Dsun.net.inetaddr.negative.ttl=1",
          "-Dnetworkaddress.cache.ttl=1");

  private static final List<String> ENGINE_FLAGS =
      List.of(
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Path checkout;
  private final Cache cache;
  private final ImageBuilder builder;

  /**
   * Images of a built checkout.
   *
   * @param checkout its root
   * @param cache where layers and archives are kept
   */
  public Images(Path checkout, Cache cache) {
    this.checkout = checkout;
    this.cache = cache;
    this.builder = new ImageBuilder(cache);
  }

  /**
   * Images of one build.
   *
   * @param tag of all application images; another build has another
   * @param applications operator, gateway, ledger, engine
   * @param model the sample model's image
   */
  public record Built(String tag, List<ContainerImage> applications, ContainerImage model) {

    /** All images. */
    public List<ContainerImage> all() {
      List<ContainerImage> all = new ArrayList<>(applications);
      all.add(model);
      return all;
    }
  }

  /**
   * Makes all images, or finds them in the cache.
   *
   * @param version of the project; the tag is it and a digest of everything in the images
   * @throws DevClusterException if a module has not been built
   */
  public Built build(String version) throws IOException {
    List<Application> applications = applications();
    String key = key(applications);
    String tag = tag(version, key);
    List<ContainerImage> made = new ArrayList<>();
    for (Application each : applications) {
      made.add(builder.build(name(each, tag), key, () -> describe(each)));
    }
    return new Built(tag, List.copyOf(made), model(samples().resolve("small-v3"), "small-v3", "1"));
  }

  private static String key(List<Application> applications) throws IOException {
    Digest everything = new Digest().add("base", BaseImage.key()).add("java", JavaRuntime.key());
    FLAGS.forEach(flag -> everything.add("flag", flag));
    new TreeMap<>(ENVIRONMENT).forEach(everything::add);
    for (Application each : applications) {
      everything.add(each.name(), each.digest());
      each.rehearsal().ifPresent(_ -> everything.add(CLASSES, ClassArchive.key()));
    }
    return everything.key();
  }

  private static String tag(String version, String key) {
    return version + "-" + key.substring(0, 8);
  }

  private static String name(Application application, String tag) {
    return "%s/%s:%s".formatted(REGISTRY, application.name(), tag);
  }

  /**
   * The engine's image with a CUDA driver that needs no GPU, for tests: its ranks compute with the
   * backend {@code cuda} on the CPU, slowly and checked.
   *
   * @param version as in {@link #build}
   * @param driver folder with {@code libcuda.so.1} and {@code kernels.so}
   */
  public ContainerImage standIn(String version, Path driver) throws IOException {
    List<Application> applications = applications();
    Application engine = applications.getLast();
    String own = key(applications);
    Path library = driver.resolve("libcuda.so.1").toRealPath();
    Path kernels = driver.resolve("kernels.so");
    String key =
        new Digest()
            .add("engine", own)
            .add("driver", Files.readAllBytes(library))
            .add("kernels", Files.readAllBytes(kernels))
            .key();
    return builder.build(
        name(engine, tag(version, own)) + "-standin",
        key,
        () ->
            describe(engine)
                .addLayer(List.of(library, kernels), AbsoluteUnixPath.get(STAND_IN))
                .addEnvironmentVariable("GUILDHALL_CUDA_DRIVER", STAND_IN));
  }

  private Path samples() {
    return checkout.resolve("manifests/samples/models");
  }

  /** An image that holds a model's folder at its root and nothing else: a volume. */
  public ContainerImage model(Path folder, String name, String tag) throws IOException {
    String key = new Digest().addTree(folder).key();
    String image = "%s/models/%s:%s".formatted(REGISTRY, name, tag);
    return builder.build(image, key, () -> Jib.fromScratch().addFileEntriesLayer(tree(folder)));
  }

  private List<Application> applications() throws IOException {
    return List.of(
        Application.quarkus("operator", checkout.resolve("operator/controller/target")),
        Application.quarkus("gateway", checkout.resolve("engine/gateway/target")),
        Application.quarkus("ledger", checkout.resolve("operator/ledger/target")),
        Application.plain(
            "engine",
            checkout.resolve("engine/server/target"),
            ENGINE_FLAGS,
            new GroupRehearsal(samples().resolve("small-v3"))));
  }

  private JibContainerBuilder describe(Application application)
      throws IOException, InvalidImageReferenceException {
    JibContainerBuilder image = Jib.from(TarImage.at(new BaseImage(cache).archive()));
    image.addFileEntriesLayer(runtime());
    for (Application.Part part : application.folders()) {
      image.addFileEntriesLayer(
          FileEntriesLayer.builder()
              .setName(part.layer())
              .addEntryRecursive(part.source(), AbsoluteUnixPath.get(part.target()))
              .build());
    }
    List<String> flags = Stream.concat(FLAGS.stream(), application.flags().stream()).toList();
    List<String> entry = new ArrayList<>(List.of("/opt/java/bin/java"));
    entry.addAll(flags);
    if (application.rehearsal().isPresent()) {
      image.addFileEntriesLayer(
          FileEntriesLayer.builder()
              .setName("classes")
              .addEntry(
                  new ClassArchive(cache, new JavaRuntime(cache))
                      .of(application, flags, application.rehearsal().get()),
                  AbsoluteUnixPath.get(CLASSES))
              .build());
      entry.add("-XX:AOTCache=" + CLASSES);
    }
    entry.addAll(List.of("-jar", "/app/" + application.main()));
    return image
        .setEntrypoint(entry)
        .setWorkingDirectory(AbsoluteUnixPath.get("/app"))
        .setEnvironment(ENVIRONMENT)
        .setUser(USER);
  }

  private FileEntriesLayer runtime() throws IOException {
    Path java = new JavaRuntime(cache).folder();
    return FileEntriesLayer.builder()
        .setName("java")
        .addEntryRecursive(
            java,
            AbsoluteUnixPath.get("/opt/java"),
            (source, target) ->
                FilePermissions.fromOctalString(Files.isExecutable(source) ? "755" : "644"),
            (source, target) -> Instant.EPOCH)
        .build();
  }

  /** Entry by entry: Jib has no name for the root folder itself. */
  private static FileEntriesLayer tree(Path folder) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("model");
    try (Stream<Path> inside = Files.list(folder)) {
      for (Path each : inside.sorted().toList()) {
        layer.addEntryRecursive(each, AbsoluteUnixPath.get("/" + each.getFileName()));
      }
    }
    return layer.build();
  }
}
