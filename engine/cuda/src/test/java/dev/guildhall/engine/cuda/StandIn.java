package dev.guildhall.engine.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The stand-in driver for tests: built (or taken from the cache) and put in the driver's place. */
final class StandIn {
  static final Path ROOT = Path.of(System.getProperty("guildhall.root", "../..")).normalize();
  private static final Path MODULE = ROOT.resolve("engine/cuda").toAbsolutePath();

  private static final boolean REAL = Boolean.getBoolean("guildhall.cuda.real");

  private StandIn() {}

  /**
   * Makes the stand-in the driver of this JVM, with the kernels as they are; with {@code
   * guildhall.cuda.real} the machine's own driver and device are tested instead.
   *
   * @throws IllegalStateException if the machine's cannot be used
   */
  static void use() {
    if (REAL) {
      new CudaBackendProvider()
          .unusableBecause()
          .ifPresent(
              reason -> {
                throw new IllegalStateException("no GPU to test on: " + reason);
              });
      return;
    }
    use(kernels(MODULE.resolve("src/main/cuda")));
  }

  /** What device names contain. */
  static String device() {
    return REAL ? "NVIDIA" : "stand-in";
  }

  private static synchronized void use(Path folder) {
    if (System.getProperty(Substitutes.DRIVER) == null) {
      System.setProperty(Substitutes.DRIVER, folder.resolve("libcuda.so.1").toString());
    }
    System.setProperty(Substitutes.KERNELS, folder.resolve("kernels.so").toString());
  }

  /** The folder that holds the driver and the kernels built from {@code sources} for it. */
  static Path kernels(Path sources, String... options) {
    List<String> command = new ArrayList<>();
    command.add(MODULE.resolve("standin/build.sh").toString());
    command.add(sources.toString());
    command.addAll(List.of(options));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("the stand-in driver does not build:\n" + output);
      }
      return Path.of(output.strip().lines().reduce((first, last) -> last).orElseThrow());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Changes a setting of the stand-in: seed, workers, memory, capability, eager, verbose. */
  @SuppressWarnings("restricted")
  static void set(String name, long value) {
    if (REAL) {
      return;
    }
    MethodHandle set =
        Linker.nativeLinker()
            .downcallHandle(
                Driver.symbols().findOrThrow("standin_set"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    try (Arena arena = Arena.ofConfined()) {
      if ((int) set.invokeExact(arena.allocateFrom(name), value) != 0) {
        throw new IllegalArgumentException("the stand-in has no setting " + name);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
