package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Changes which experts are on the device while steps go on: a layer's experts are put together
 * anew beside the old ones, on a stream of their own, and take their place between two steps.
 */
final class Replicas {
  private final Device device;
  private final DeviceMemory memory;
  private final WeightCheck finite;
  private final ReentrantLock lock;
  private final CopyStream copies;
  private final ExpertLoader loader;
  private final LocalExperts experts;
  private final StepGraphs graphs;
  private long longest;

  Replicas(
      Device device,
      DeviceMemory memory,
      WeightCheck finite,
      ReentrantLock lock,
      CopyStream copies,
      ExpertLoader loader,
      LocalExperts experts,
      StepGraphs graphs) {
    this.device = device;
    this.memory = memory;
    this.finite = finite;
    this.lock = lock;
    this.copies = copies;
    this.loader = loader;
    this.experts = experts;
    this.graphs = graphs;
  }

  /**
   * Holds exactly these; what fails leaves its layer and all later ones as they were.
   *
   * @return the longest time in nanoseconds for which steps could not run
   */
  synchronized long hold(List<BitSet> held) {
    longest = 0;
    for (int layer = 0; layer < Math.min(held.size(), experts.layers()); layer++) {
      BitSet now = experts.held(layer);
      if (now != null && !now.equals(held.get(layer))) {
        replace(layer, held.get(layer));
      }
    }
    return longest;
  }

  private void replace(int layer, BitSet held) {
    RoutedExperts old = experts.layer(layer);
    List<Buffer> made = new ArrayList<>();
    Allocator locked = (bytes, what) -> allocate(bytes, what, made);
    try {
      device.enter();
      RoutedExperts fresh = null;
      if (!held.isEmpty()) {
        WeightUpload store = new WeightUpload(copies, locked, loader.held(layer, old));
        fresh = loader.layer(layer, held, store);
        copies.synchronize();
        List<WeightCheck.Tensor> written = store.written();
        locked(
            () -> {
              finite.check(written);
              return null;
            });
      }
      RoutedExperts next = fresh;
      locked(
          () -> {
            device.synchronize();
            experts.replace(layer, next);
            // What was captured points to the old ones.
            graphs.clear();
            if (old != null) {
              old.buffers().forEach(memory::free);
            }
            return null;
          });
    } catch (RuntimeException e) {
      copies.synchronize();
      locked(
          () -> {
            made.forEach(memory::free);
            return null;
          });
      throw e;
    }
  }

  private Buffer allocate(long bytes, String what, List<Buffer> made) {
    return locked(
        () -> {
          Buffer buffer = memory.allocate(bytes, what);
          made.add(buffer);
          return buffer;
        });
  }

  /** The device's lock means that no step and no capture is under way. */
  private <T> T locked(Supplier<T> work) {
    lock.lock();
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      longest = Math.max(longest, System.nanoTime() - start);
      lock.unlock();
    }
  }
}
