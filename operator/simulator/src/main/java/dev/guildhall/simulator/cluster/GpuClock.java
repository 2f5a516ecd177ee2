package dev.guildhall.simulator.cluster;

/** Exact GPU-nanoseconds held within the measured time. */
final class GpuClock {

  private final int capacity;
  private final long end;
  private int held;
  private long last;
  private long nanos;

  GpuClock(int capacity, long begin, long end) {
    this.capacity = capacity;
    this.end = end;
    this.last = begin;
  }

  /** Takes GPUs if that many are free. */
  boolean take(int gpus, long now) {
    if (held + gpus > capacity) {
      return false;
    }
    advance(now);
    held += gpus;
    return true;
  }

  void release(int gpus, long now) {
    advance(now);
    held -= gpus;
  }

  int free() {
    return capacity - held;
  }

  int held() {
    return held;
  }

  long nanos(long now) {
    advance(now);
    return nanos;
  }

  private void advance(long now) {
    long from = Math.max(0, last);
    long to = Math.min(end, now);
    nanos += to > from ? held * (to - from) : 0;
    last = now;
  }
}
