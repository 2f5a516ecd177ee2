package dev.guildhall.simulator.trace;

import java.util.List;

/**
 * Requests in order of arrival; the first arrives at 0.
 *
 * @param name what to call it
 * @param requests at least one
 */
public record Trace(String name, List<Request> requests) {

  /** Keeps a copy. */
  public Trace {
    requests = List.copyOf(requests);
  }

  /** Microseconds from the first arrival to the last. */
  public long lengthMicros() {
    return requests.getLast().arrivalMicros();
  }
}
