package dev.guildhall.engine.cuda.toolchain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The build step that compiles all kernels to one fatbin. Where there is no nvcc it removes an
 * older fatbin, says so in one line and succeeds: the backend then reports itself unusable.
 */
public final class FatbinBuild {

  /** The fatbin's name among the resources of {@code dev.guildhall.engine.cuda}. */
  public static final String FATBIN = "kernels.fatbin";

  /** What the assembler said of each kernel, beside the compiled classes' folder. */
  public static final String REPORT = "kernels.ptxas.txt";

  /**
   * sm_90a is Hopper with wgmma and setmaxnreg; sm_80 (A100) and sm_89 (L40S, 4090) get the
   * portable kernels. There is no PTX: code for another architecture is refused by name, not
   * compiled late.
   */
  private static final List<String> ARCHITECTURES = List.of("80", "89", "90a");

  private FatbinBuild() {}

  /**
   * Runs the step; exits with 1 where the kernels do not compile.
   *
   * @param args the folder of sources, the folder of compiled classes
   */
  public static void main(String[] args) throws IOException {
    try {
      run(System.getenv(), Path.of(args[0]), Path.of(args[1]).toAbsolutePath())
          .ifPresent(notice -> System.err.println("guildhall: " + notice));
    } catch (ToolchainException e) {
      System.err.println("guildhall: the CUDA kernels do not compile: " + e.getMessage());
      System.exit(1);
    }
  }

  /** Runs the step; a notice says why there are no kernels. */
  static Optional<String> run(Map<String, String> environment, Path sources, Path classes)
      throws IOException {
    Path fatbin = classes.resolve("dev/guildhall/engine/cuda").resolve(FATBIN);
    Path report = classes.resolveSibling(REPORT);
    Optional<CudaToolkit> toolkit = CudaToolkit.find(environment);
    if (toolkit.isEmpty()) {
      Files.deleteIfExists(fatbin);
      Files.deleteIfExists(report);
      return Optional.of(
          "no nvcc in CUDA_HOME, on the PATH or in the cache: the CUDA backend is built without its"
              + " kernels (`./guildhall setup cuda` installs nvcc)");
    }
    Path built =
        compiled(toolkit.get(), ToolchainCache.of(environment), KernelSources.below(sources));
    copy(built.resolve(FATBIN), fatbin);
    copy(built.resolve(REPORT), report);
    return Optional.empty();
  }

  /** A folder with the fatbin and the report, from the cache if the same was compiled before. */
  static Path compiled(CudaToolkit toolkit, ToolchainCache cache, KernelSources sources)
      throws IOException {
    ContentKey key = new ContentKey().add("nvcc", toolkit.version());
    options().forEach(option -> key.add("option", option));
    sources.addTo(key);
    return cache.get(
        "cuda-kernels/" + key.hex(),
        folder -> {
          Path unit = Files.writeString(folder.resolve("kernels.cu"), sources.unit());
          List<String> command = new ArrayList<>(List.of(toolkit.nvcc().toString()));
          command.addAll(options());
          command.addAll(List.of("-I", sources.folder().toString(), "-o", FATBIN, unit.toString()));
          Files.writeString(folder.resolve(REPORT), Tool.run(folder, command));
        });
  }

  private static List<String> options() {
    List<String> options =
        new ArrayList<>(
            List.of("-std=c++17", "-O3", "-Werror", "all-warnings", "-Xptxas", "-v", "-fatbin"));
    for (String architecture : ARCHITECTURES) {
      options.add("-gencode");
      options.add("arch=compute_%s,code=sm_%s".formatted(architecture, architecture));
    }
    return options;
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(to) && Files.mismatch(from, to) < 0) {
      return;
    }
    Files.createDirectories(to.getParent());
    Path staging = to.resolveSibling(to.getFileName() + ".tmp");
    Files.copy(from, staging, StandardCopyOption.REPLACE_EXISTING);
    Files.move(staging, to, StandardCopyOption.ATOMIC_MOVE);
  }
}
