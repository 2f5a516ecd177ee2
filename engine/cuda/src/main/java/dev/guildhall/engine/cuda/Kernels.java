package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.cuda.Driver.check;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** The kernels of a module and their launches on a device's stream. For one thread at a time. */
final class Kernels implements AutoCloseable {
  /** {@code CUlaunchConfig}: grid, block, shared memory, stream, attributes. */
  private static final MemoryLayout CONFIGURATION =
      MemoryLayout.structLayout(
          MemoryLayout.sequenceLayout(7, ValueLayout.JAVA_INT),
          MemoryLayout.paddingLayout(4),
          ValueLayout.JAVA_LONG,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT,
          MemoryLayout.paddingLayout(4));

  /** Dynamic shared memory that needs no permission. */
  private static final int FREE_SHARED_BYTES = 48 << 10;

  private final Arena arena = Arena.ofShared();
  private final Device device;
  private final CUmodule module = new CUmodule();
  private final Map<String, Function> functions = new HashMap<>();
  private final MemorySegment configuration = arena.allocate(CONFIGURATION);
  private final MemorySegment struct = arena.allocate(1024, 64);
  private final MemorySegment parameters = arena.allocate(ValueLayout.ADDRESS);

  private static final class Function extends CUfunction {
    private long bytes;
    private int shared = FREE_SHARED_BYTES;

    long handle() {
      return getNativePointer();
    }
  }

  /**
   * How many blocks of how many threads, and how much dynamic shared memory each gets.
   *
   * @param x blocks
   * @param threads of a block
   * @param sharedBytes dynamic shared memory of a block
   */
  record Grid(int x, int y, int z, int threads, int sharedBytes) {
    static Grid of(int blocks, int threads) {
      return new Grid(blocks, 1, 1, threads, 0);
    }

    static Grid of(int x, int y, int z, int threads) {
      return new Grid(x, y, z, threads, 0);
    }
  }

  Kernels(Device device, byte[] image) {
    this.device = device;
    check(
        JCudaDriver.cuModuleLoadData(module, image),
        "cuModuleLoadData of the kernels for compute capability %d.%d of %s"
            .formatted(device.capability() / 10, device.capability() % 10, device.name()));
    parameters.set(ValueLayout.ADDRESS, 0, struct);
  }

  /**
   * Launches a kernel; nothing is launched where the grid is empty.
   *
   * @param fields packs the kernel's struct
   */
  void launch(String name, Grid grid, Consumer<Arguments> fields) {
    if (grid.x() == 0 || grid.y() == 0 || grid.z() == 0) {
      return;
    }
    Arguments arguments = new Arguments(struct);
    fields.accept(arguments);
    Function function = functions.computeIfAbsent(name, this::function);
    if (function.bytes >= 0 && function.bytes != arguments.size()) {
      throw new IllegalStateException(
          "kernel %s takes a struct of %d bytes, %d were packed"
              .formatted(name, function.bytes, arguments.size()));
    }
    allowShared(name, function, grid.sharedBytes());
    int[] sizes = {grid.x(), grid.y(), grid.z(), grid.threads(), 1, 1, grid.sharedBytes()};
    MemorySegment.copy(sizes, 0, configuration, ValueLayout.JAVA_INT, 0, sizes.length);
    configuration.set(ValueLayout.JAVA_LONG, 32, device.stream().handle());
    int error = Driver.launch(configuration, function.handle(), parameters);
    if (error != 0) {
      check(error, "cuLaunchKernelEx of %s, %s, with %s".formatted(name, grid, arguments));
    }
  }

  /** Names of the kernels that have been launched. */
  Set<String> launched() {
    return Set.copyOf(functions.keySet());
  }

  private Function function(String name) {
    Function function = new Function();
    check(
        JCudaDriver.cuModuleGetFunction(function, module, name), "cuModuleGetFunction of " + name);
    function.bytes = Driver.argumentBytes(function.handle());
    return function;
  }

  private static void allowShared(String name, Function function, int bytes) {
    if (bytes <= function.shared) {
      return;
    }
    check(
        JCudaDriver.cuFuncSetAttribute(
            function, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes),
        "cuFuncSetAttribute of %s: %d bytes of shared memory".formatted(name, bytes));
    function.shared = bytes;
  }

  @Override
  public void close() {
    JCudaDriver.cuModuleUnload(module);
    arena.close();
  }
}
