package dev.guildhall.engine.cuda.toolchain;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Installs NVIDIA's compiler from PyPI's wheels (about 110 MB to fetch, 300 MB on disk) into
 * Guildhall's cache, where {@link CudaToolkit#find} sees it. Versions and digests are those of
 * {@code toolkit.txt}; no root rights and no GPU are needed.
 */
public final class ToolkitInstaller {
  private static final String WHEELS = "toolkit.txt";

  private ToolkitInstaller() {}

  /**
   * Installs the compiler unless one is found already.
   *
   * @param progress is told what is being done, one line at a time
   * @return the compiler to use
   * @throws ToolchainException if Python with its {@code venv} module is missing, PyPI cannot be
   *     reached, or a wheel's digest is not the expected one
   */
  public static CudaToolkit install(Consumer<String> progress) {
    Optional<CudaToolkit> present = CudaToolkit.find();
    if (present.isPresent()) {
      progress.accept(
          "nvcc is there: %s (%s)".formatted(present.get().nvcc(), present.get().origin()));
      return present.get();
    }
    CudaToolkit installed = install(ToolchainCache.of(System.getenv()), progress);
    progress.accept("installed " + installed.nvcc());
    return installed;
  }

  static CudaToolkit install(ToolchainCache cache, Consumer<String> progress) {
    cache.get(
        name(),
        folder -> {
          progress.accept("fetching nvcc from PyPI (about 110 MB)");
          Path wheels = Files.write(folder.resolve(WHEELS), wheels());
          python(folder, "python3", "-m", "venv", folder.toString());
          // Digests are required of every wheel, dependencies are named here, none is looked up.
          python(
              folder,
              folder.resolve("bin/python").toString(),
              "-m",
              "pip",
              "install",
              "--quiet",
              "--disable-pip-version-check",
              "--no-deps",
              "--only-binary=:all:",
              "--require-hashes",
              "--requirement",
              wheels.toString());
        });
    Path bin =
        bin(cache)
            .orElseThrow(
                () ->
                    new ToolchainException(
                        "%s holds no nvcc although its wheels were installed; delete it and try again"
                            .formatted(cache.entry(name()))));
    return new CudaToolkit(bin, "Guildhall's cache");
  }

  private static void python(Path folder, String... command) {
    try {
      Tool.run(folder, List.of(command));
    } catch (ToolchainException e) {
      throw new ToolchainException(
          "cannot install nvcc: "
              + e.getMessage()
              + " (needs python3 with its venv module and access to PyPI; or install NVIDIA's CUDA"
              + " toolkit and set CUDA_HOME)",
          e);
    }
  }

  /** The folder of programs of an installed compiler, if it is there. */
  static Optional<Path> bin(ToolchainCache cache) {
    Path lib = cache.entry(name()).resolve("lib");
    if (!Files.isDirectory(lib)) {
      return Optional.empty();
    }
    try (Stream<Path> pythons = Files.list(lib)) {
      return pythons
          .map(python -> python.resolve("site-packages/nvidia/cu13/bin"))
          .filter(Files::isDirectory)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + lib, e);
    }
  }

  private static String name() {
    return "cuda-toolkit/" + new ContentKey().add(WHEELS, wheels()).hex();
  }

  private static byte[] wheels() {
    try (InputStream in = ToolkitInstaller.class.getResourceAsStream(WHEELS)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the list of wheels", e);
    }
  }
}
