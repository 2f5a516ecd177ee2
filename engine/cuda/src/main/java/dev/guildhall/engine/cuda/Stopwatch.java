package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.cuda.Driver.check;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** Times work on a device's stream by events, so that the host's share does not count. */
final class Stopwatch implements AutoCloseable {
  private final Device device;
  private final CUevent start = new CUevent();
  private final CUevent end = new CUevent();

  Stopwatch(Device device) {
    this.device = device;
    check(JCudaDriver.cuEventCreate(start, CUevent_flags.CU_EVENT_DEFAULT), "cuEventCreate");
    check(JCudaDriver.cuEventCreate(end, CUevent_flags.CU_EVENT_DEFAULT), "cuEventCreate");
  }

  /** Seconds that one of {@code times} runs takes, all of them queued at once, after one more. */
  double seconds(Runnable work, int times) {
    work.run();
    check(JCudaDriver.cuEventRecord(start, device.stream()), "cuEventRecord");
    for (int i = 0; i < times; i++) {
      work.run();
    }
    check(JCudaDriver.cuEventRecord(end, device.stream()), "cuEventRecord");
    check(JCudaDriver.cuEventSynchronize(end), "cuEventSynchronize");
    float[] milliseconds = new float[1];
    check(JCudaDriver.cuEventElapsedTime(milliseconds, start, end), "cuEventElapsedTime");
    return milliseconds[0] / 1e3 / times;
  }

  @Override
  public void close() {
    JCudaDriver.cuEventDestroy(start);
    JCudaDriver.cuEventDestroy(end);
  }
}
