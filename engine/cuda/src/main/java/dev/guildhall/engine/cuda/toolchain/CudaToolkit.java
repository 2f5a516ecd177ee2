package dev.guildhall.engine.cuda.toolchain;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder with NVIDIA's compiler.
 *
 * @param bin holds {@code nvcc} and, perhaps, {@code cuobjdump}
 * @param origin where it was found, for messages
 */
public record CudaToolkit(Path bin, String origin) {

  private static final Pattern RELEASE = Pattern.compile("release (\\d+)\\.(\\d+)");

  /** The oldest release that knows sm_90a and C++17 as the kernels use them. */
  private static final int OLDEST_MAJOR = 12;

  /**
   * The compiler that {@code CUDA_HOME} names, else the first on the {@code PATH}, else the one
   * that {@link ToolkitInstaller} left in the cache; empty if there is none.
   */
  public static Optional<CudaToolkit> find() {
    return find(System.getenv());
  }

  static Optional<CudaToolkit> find(Map<String, String> environment) {
    List<CudaToolkit> places = new ArrayList<>();
    String home = environment.get("CUDA_HOME");
    if (home != null && !home.isBlank()) {
      places.add(new CudaToolkit(Path.of(home, "bin"), "CUDA_HOME"));
    }
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (!folder.isBlank()) {
        places.add(new CudaToolkit(Path.of(folder), "PATH"));
      }
    }
    ToolkitInstaller.bin(ToolchainCache.of(environment))
        .ifPresent(bin -> places.add(new CudaToolkit(bin, "Guildhall's cache")));
    return places.stream().filter(place -> Files.isExecutable(place.nvcc())).findFirst();
  }

  /** The compiler. */
  public Path nvcc() {
    return bin.resolve("nvcc");
  }

  /** The disassembler, where the toolkit has one. */
  public Optional<Path> cuobjdump() {
    return Optional.of(bin.resolve("cuobjdump")).filter(Files::isExecutable);
  }

  /**
   * What {@code nvcc --version} says, whole: part of the key of what it compiles.
   *
   * @throws ToolchainException if it does not run or is older than release 12.0
   */
  String version() {
    String text = Tool.run(bin, List.of(nvcc().toString(), "--version"));
    Matcher release = RELEASE.matcher(text);
    if (!release.find() || Integer.parseInt(release.group(1)) < OLDEST_MAJOR) {
      throw new ToolchainException(
          "%s (from %s) is too old: release %d.0 or newer is needed for sm_90a. It says: %s"
              .formatted(nvcc(), origin, OLDEST_MAJOR, text.strip()));
    }
    return text;
  }
}
