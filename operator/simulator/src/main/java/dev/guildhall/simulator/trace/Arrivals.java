package dev.guildhall.simulator.trace;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A trace at a load: so many copies of it at once, each request of a further copy moved by a random
 * jitter, so that its minutes keep their shape and its seconds do not stack up. A fraction of a
 * copy keeps that share of the requests. Before time 0 the first part of the trace is played once,
 * so that fleets have settled when measuring begins. The same seed gives the same arrivals.
 */
public final class Arrivals {

  private static final int INDEX_BITS = 31;

  private final Trace trace;
  private final long[] packed;
  private final long warmupMicros;
  private final int measured;

  /**
   * Draws the arrivals.
   *
   * @param copies copies of the trace; above 0
   * @param warmupSeconds part of the trace that is played before time 0
   * @param jitterSeconds furthest that a copied request moves
   * @param seed of the random numbers
   */
  public Arrivals(
      Trace trace, double copies, double warmupSeconds, double jitterSeconds, long seed) {
    this.trace = trace;
    this.warmupMicros = Math.min(Math.round(warmupSeconds * 1e6), trace.lengthMicros());
    var random = new SplittableRandom(seed);
    int whole = (int) Math.ceil(copies);
    long[] keys = new long[Math.multiplyExact(2 * whole, trace.requests().size())];
    int count = 0;
    for (int copy = 0; copy < whole; copy++) {
      double keep = copy == whole - 1 ? copies - copy : 1;
      double jitter = copy == 0 ? 0 : jitterSeconds * 1e6;
      for (int index = 0; index < trace.requests().size(); index++) {
        long at = trace.requests().get(index).arrivalMicros();
        if (at < warmupMicros) {
          count = put(keys, count, at - warmupMicros, index, jitter, keep, random);
        }
        count = put(keys, count, at, index, jitter, keep, random);
      }
    }
    this.packed = Arrays.copyOf(keys, count);
    Arrays.sort(packed);
    int before = 0;
    while (before < count && atNanos(before) < 0) {
      before++;
    }
    this.measured = count - before;
  }

  private int put(
      long[] keys, int count, long at, int index, double jitter, double keep, SplittableRandom r) {
    if (keep < 1 && r.nextDouble() >= keep) {
      return count;
    }
    long moved = jitter == 0 ? at : at + Math.round((2 * r.nextDouble() - 1) * jitter);
    keys[count] = (reflected(moved) + warmupMicros) << INDEX_BITS | index;
    return count + 1;
  }

  /** A time moved over an edge comes back from it, so that requests do not gather there. */
  private long reflected(long micros) {
    long end = trace.lengthMicros();
    long inside = micros > end ? 2 * end - micros : micros;
    inside = inside < -warmupMicros ? -2 * warmupMicros - inside : inside;
    return Math.clamp(inside, -warmupMicros, end);
  }

  /** Number of requests, those before time 0 included. */
  public int size() {
    return packed.length;
  }

  /** Number of requests from time 0 on. */
  public int measured() {
    return measured;
  }

  /** Arrival of request {@code i} in nanoseconds; negative while the fleet settles. */
  public long atNanos(int i) {
    return ((packed[i] >> INDEX_BITS) - warmupMicros) * 1000;
  }

  /** What request {@code i} asks. */
  public Request request(int i) {
    return trace.requests().get((int) (packed[i] & ((1L << INDEX_BITS) - 1)));
  }

  /** When the first part begins, in nanoseconds: 0 or less. */
  public long beginNanos() {
    return -warmupMicros * 1000;
  }

  /** When measuring ends, in nanoseconds. */
  public long endNanos() {
    return trace.lengthMicros() * 1000;
  }
}
