package dev.guildhall.engine.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * The driver library: loaded once, before JCuda's natives ask for it by name, and the functions of
 * it that JCuda does not bind: the system's {@code libcuda.so.1} unless {@link Substitutes} names
 * another.
 */
final class Driver {
  /** CUDA 12.0: what the kernels and JCuda's natives were built for. */
  private static final int OLDEST = 12000;

  private static final SymbolLookup SYMBOLS;
  private static final String FAILURE;
  private static final MethodHandle LAUNCH;
  private static final MethodHandle PARAMETER_INFO;
  private static final MethodHandle ERROR_STRING;
  private static final MethodHandle ENCODE_TILED;

  static {
    SymbolLookup symbols = null;
    String failure = null;
    try {
      symbols = open();
      JCudaDriver.setExceptionsEnabled(false);
    } catch (Throwable e) {
      failure = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    SYMBOLS = symbols;
    FAILURE = failure;
    LAUNCH = handle("cuLaunchKernelEx", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    PARAMETER_INFO = handle("cuFuncGetParamInfo", ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    ERROR_STRING = handle("cuGetErrorString", JAVA_INT, ADDRESS);
    var i = JAVA_INT;
    var a = ADDRESS;
    ENCODE_TILED = handle("cuTensorMapEncodeTiled", a, i, i, a, a, a, a, a, i, i, i, i);
  }

  private Driver() {}

  /** Why no device can be used here, or empty. */
  static Optional<String> unusableBecause() {
    if (FAILURE != null) {
      return Optional.of("the CUDA driver cannot be loaded: " + FAILURE);
    }
    int[] value = new int[1];
    int error = JCudaDriver.cuInit(0);
    if (error == CUresult.CUDA_ERROR_NO_DEVICE) {
      return Optional.of("the CUDA driver finds no device");
    }
    if (error != 0) {
      return Optional.of("cuInit failed: " + describe(error));
    }
    JCudaDriver.cuDriverGetVersion(value);
    if (value[0] < OLDEST || LAUNCH == null) {
      return Optional.of(
          "the driver is for CUDA %d.%d; %d.%d or later is needed"
              .formatted(value[0] / 1000, value[0] % 1000 / 10, OLDEST / 1000, OLDEST % 1000 / 10));
    }
    error = JCudaDriver.cuDeviceGetCount(value);
    return error != 0 || value[0] == 0
        ? Optional.of("the CUDA driver finds no device")
        : Optional.empty();
  }

  /**
   * Throws if a call failed.
   *
   * @param what the call and what it was called with
   */
  static void check(int error, String what) {
    if (error != 0) {
      throw new CudaException(error, what + ": " + describe(error));
    }
  }

  private static String describe(int error) {
    String name = CUresult.stringFor(error);
    if (ERROR_STRING == null) {
      return name;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ADDRESS);
      int unknown = (int) ERROR_STRING.invokeExact(error, text);
      return unknown != 0 ? name : name + " (" + text(text) + ")";
    } catch (Throwable e) {
      throw new IllegalStateException("cuGetErrorString cannot be called", e);
    }
  }

  /** Restricted: the driver's strings are of unknown length. */
  @SuppressWarnings("restricted")
  private static String text(MemorySegment pointer) {
    return pointer.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0);
  }

  /**
   * {@code cuLaunchKernelEx} without attributes.
   *
   * @param configuration a {@code CUlaunchConfig}
   * @param parameters an array of one pointer, to the kernel's struct
   */
  static int launch(MemorySegment configuration, long function, MemorySegment parameters) {
    try {
      return (int)
          LAUNCH.invokeExact(
              configuration, MemorySegment.ofAddress(function), parameters, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException("cuLaunchKernelEx cannot be called", e);
    }
  }

  /** Bytes of a kernel's struct, or -1 where the driver (before 12.4) does not tell. */
  static long argumentBytes(long function) {
    if (PARAMETER_INFO == null) {
      return -1;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment offset = arena.allocate(JAVA_LONG);
      MemorySegment size = arena.allocate(JAVA_LONG);
      int error =
          (int) PARAMETER_INFO.invokeExact(MemorySegment.ofAddress(function), 0L, offset, size);
      check(error, "cuFuncGetParamInfo");
      return size.get(JAVA_LONG, 0);
    } catch (CudaException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cuFuncGetParamInfo cannot be called", e);
    }
  }

  /**
   * The 128 bytes that describe a row-major matrix to Hopper's bulk copies ({@code
   * cuTensorMapEncodeTiled}), without interleaving; what lies outside reads as zero.
   *
   * @param type a {@code CUtensorMapDataType}
   * @param pitchBytes distance of rows, a multiple of 16
   * @param swizzle a {@code CUtensorMapSwizzle}
   */
  static byte[] tensorMap(
      int type, long address, long columns, long rows, long pitchBytes, int[] box, int swizzle) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map = arena.allocate(128, 64);
      int error =
          (int)
              ENCODE_TILED.invokeExact(
                  map,
                  type,
                  2,
                  MemorySegment.ofAddress(address),
                  arena.allocateFrom(JAVA_LONG, columns, rows),
                  arena.allocateFrom(JAVA_LONG, pitchBytes),
                  arena.allocateFrom(JAVA_INT, box),
                  arena.allocateFrom(JAVA_INT, 1, 1),
                  0,
                  swizzle,
                  0,
                  0);
      check(
          error,
          "cuTensorMapEncodeTiled of %d x %d, pitch %d, box %d x %d"
              .formatted(rows, columns, pitchBytes, box[1], box[0]));
      return map.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    } catch (CudaException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cuTensorMapEncodeTiled cannot be called", e);
    }
  }

  /** Any function of the library, for tests of the stand-in. */
  static SymbolLookup symbols() {
    return SYMBOLS;
  }

  /** Restricted as every call of foreign code is. */
  @SuppressWarnings("restricted")
  private static SymbolLookup open() {
    return Substitutes.driver()
        .map(file -> SymbolLookup.libraryLookup(file, Arena.global()))
        .orElseGet(() -> SymbolLookup.libraryLookup("libcuda.so.1", Arena.global()));
  }

  /** Restricted as above; null where the driver is too old to have the function. */
  @SuppressWarnings("restricted")
  private static MethodHandle handle(String name, MemoryLayout... arguments) {
    if (SYMBOLS == null) {
      return null;
    }
    return SYMBOLS
        .find(name)
        .map(
            symbol ->
                Linker.nativeLinker()
                    .downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, arguments)))
        .orElse(null);
  }
}
