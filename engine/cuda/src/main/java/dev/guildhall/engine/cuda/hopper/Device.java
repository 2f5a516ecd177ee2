package dev.guildhall.engine.cuda.hopper;

/**
 * What the choice of a tile depends on.
 *
 * @param multiprocessors SMs
 * @param hertz their clock under load, cycles per second
 * @param bytesPerCycle what L2 delivers to one SM while all of them read
 * @param memoryBytesPerSecond peak of the device memory
 */
public record Device(
    int multiprocessors, double hertz, double bytesPerCycle, double memoryBytesPerSecond) {

  /**
   * H100 and H800 SXM: 132 SMs, 1.6 GHz under load, 34 bytes per cycle (660 TFLOP/s that published
   * kernels reach with 128 × 256 tiles and no multicast, at 85 FLOP per byte), HBM3 at 3.35 TB/s.
   */
  public static final Device H100 = new Device(132, 1.6e9, 34, 3.35e12);

  /** Dense tensor-core operations of one SM per cycle. */
  double flopPerCycle(boolean fp8) {
    return fp8 ? 8192 : 4096;
  }

  /** The same device with another number of SMs, as the driver reports it. */
  public Device withMultiprocessors(int count) {
    return new Device(count, hertz, bytesPerCycle, memoryBytesPerSecond);
  }
}
