package dev.guildhall.simulator.cluster;

import java.util.Arrays;

/**
 * Running answers by the step that ends them: a ring of lists, since all of them advance by one
 * token a step.
 */
final class Answers {

  private Job[] ring = new Job[1024];
  private int size;

  int size() {
    return size;
  }

  /** Adds an answer that ends with step {@code job.lastStep}, which comes after {@code step}. */
  void add(Job job, long step) {
    while (job.lastStep - step >= ring.length) {
      grow();
    }
    int slot = slot(job.lastStep);
    job.next = ring[slot];
    ring[slot] = job;
    size++;
  }

  /** Takes one that ends with this step; null where there is none left. */
  Job poll(long step) {
    int slot = slot(step);
    var job = ring[slot];
    if (job != null) {
      ring[slot] = job.next;
      job.next = null;
      size--;
    }
    return job;
  }

  private void grow() {
    var old = ring;
    ring = new Job[2 * old.length];
    Arrays.stream(old).forEach(this::move);
  }

  private void move(Job chain) {
    for (Job job = chain; job != null; ) {
      var rest = job.next;
      int slot = slot(job.lastStep);
      job.next = ring[slot];
      ring[slot] = job;
      job = rest;
    }
  }

  private int slot(long step) {
    return (int) (step & (ring.length - 1));
  }
}
