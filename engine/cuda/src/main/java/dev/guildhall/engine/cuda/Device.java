package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.cuda.Driver.check;

import java.nio.charset.StandardCharsets;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * The first visible device, its primary context and the one stream that a backend's work runs on.
 * Calls from any thread must come between {@link #enter} and the end of its use.
 */
final class Device implements AutoCloseable {
  private final CUdevice device = new CUdevice();
  private final CUcontext context = new CUcontext();
  private final Stream stream = new Stream();
  private final CUstream pulse = new CUstream();
  private final String name;

  /** A stream whose handle calls outside JCuda can use. */
  static final class Stream extends CUstream {
    long handle() {
      return getNativePointer();
    }
  }

  Device() {
    // First of all: loads the driver before JCuda's natives ask for it.
    Driver.unusableBecause()
        .ifPresent(
            reason -> {
              throw new CudaException(0, reason);
            });
    check(JCudaDriver.cuDeviceGet(device, 0), "cuDeviceGet(0)");
    byte[] text = new byte[256];
    check(JCudaDriver.cuDeviceGetName(text, text.length, device), "cuDeviceGetName");
    name = new String(text, StandardCharsets.UTF_8).split("\0", 2)[0];
    check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
    enter();
    create(stream);
    create(pulse);
  }

  private static void create(CUstream stream) {
    check(
        JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING),
        "cuStreamCreate");
  }

  /** Makes the context current for this thread. */
  void enter() {
    check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
  }

  String name() {
    return name;
  }

  /** 90 for compute capability 9.0. */
  int capability() {
    return 10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
        + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  }

  /** SMs. */
  int multiprocessors() {
    return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  }

  private int attribute(int which) {
    int[] value = new int[1];
    check(JCudaDriver.cuDeviceGetAttribute(value, which, device), "cuDeviceGetAttribute " + which);
    return value[0];
  }

  /** Bytes that are free now. */
  long freeMemory() {
    long[] free = new long[1];
    check(JCudaDriver.cuMemGetInfo(free, new long[1]), "cuMemGetInfo");
    return free[0];
  }

  Stream stream() {
    return stream;
  }

  /** Waits for the stream; errors of kernels come out here. */
  void synchronize() {
    check(JCudaDriver.cuStreamSynchronize(stream), "cuStreamSynchronize");
  }

  /**
   * Whether the driver still takes work; it does not after an error of a kernel or the device.
   * Asked on a stream that is never captured: another thread may be capturing a step right now.
   */
  boolean answers() {
    return JCudaDriver.cuStreamSynchronize(pulse) == 0;
  }

  @Override
  public void close() {
    enter();
    JCudaDriver.cuStreamDestroy(pulse);
    JCudaDriver.cuStreamDestroy(stream);
    JCudaDriver.cuDevicePrimaryCtxRelease(device);
  }
}
