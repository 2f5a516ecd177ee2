package dev.guildhall.engine.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The C kernels: a shared library that the build leaves beside this class where a C compiler is at
 * hand, bound once. Calls are {@code critical}: they take heap arrays without copying, cost a few
 * nanoseconds, and hold up a garbage collection while they run, so callers keep each one short.
 */
final class NativeLibrary {
  private static final String RESOURCE = "native/linux-x86_64/libguildhall_kernels.so";
  private static final SymbolLookup SYMBOLS;
  private static final String FAILURE;

  static final int LEVEL;
  static final MethodHandle MATMUL;
  static final MethodHandle ACCUMULATE;
  static final MethodHandle SOFTMAX;
  static final MethodHandle RMS_NORM;
  static final MethodHandle SWIGLU;
  static final MethodHandle READ_PROBE;

  static {
    SymbolLookup symbols = null;
    String failure = null;
    int level = 0;
    try {
      symbols = open();
      level = (int) handle(symbols, "gh_level", FunctionDescriptor.of(JAVA_INT)).invokeExact();
      failure = level == 0 ? "this processor has no AVX2 with FMA" : null;
    } catch (Throwable e) {
      failure = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    SYMBOLS = symbols;
    FAILURE = failure;
    LEVEL = level;
    var a = ADDRESS;
    var i = JAVA_INT;
    MATMUL = kernel("gh_matmul", a, i, i, i, a, i, i, i, i, a, i, i);
    ACCUMULATE = kernel("gh_accumulate", a, i, i, i, a, i, i, i, i, a, i, i);
    SOFTMAX = kernel("gh_softmax", a, i, i, JAVA_FLOAT);
    RMS_NORM = kernel("gh_rms_norm", a, i, i, i, a, i, JAVA_FLOAT, a, i, i);
    SWIGLU = kernel("gh_swiglu", a, a, i, i);
    READ_PROBE =
        symbols == null
            ? null
            : handle(
                symbols, "gh_read_probe", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
  }

  private NativeLibrary() {}

  static Optional<String> unusableBecause() {
    return Optional.ofNullable(FAILURE);
  }

  /** Restricted as above: what is loaded comes from this class path. */
  @SuppressWarnings("restricted")
  private static SymbolLookup open() throws IOException {
    try (InputStream in = NativeLibrary.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException("the build had no C compiler for linux-x86_64: no " + RESOURCE);
      }
      Path file = Files.createTempFile("guildhall-kernels", ".so");
      try {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        return SymbolLookup.libraryLookup(file, Arena.global());
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }

  private static MethodHandle kernel(String name, MemoryLayout... arguments) {
    String suffix = LEVEL == 512 ? "_avx512" : "_avx2";
    return FAILURE == null
        ? handle(SYMBOLS, name + suffix, FunctionDescriptor.ofVoid(arguments))
        : null;
  }

  /** Restricted as every call of foreign code is; the descriptors match kernels.c. */
  @SuppressWarnings("restricted")
  private static MethodHandle handle(
      SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker()
        .downcallHandle(symbols.findOrThrow(name), descriptor, Linker.Option.critical(true));
  }
}
