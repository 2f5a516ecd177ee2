package dev.guildhall.simulator.cluster;

import dev.guildhall.simulator.trace.Request;

/** A request on its way; times in nanoseconds. */
final class Job {

  final Request request;
  final long arrival;

  /** Work on the whole prompt, as {@link Request#work} has it. */
  final double work;

  /** Prompt tokens still to compute, and of them those of the step that runs. */
  int remaining;

  int inStep;

  /** When the first token came, and the count of steps after which the last one comes. */
  long firstToken;

  long lastStep;

  /** The next one in a list of {@link Answers}. */
  Job next;

  Job(Request request, double work, long arrival) {
    this.request = request;
    this.work = work;
    this.arrival = arrival;
    this.remaining = request.freshTokens();
  }

  /**
   * Tokens of latent cache at the end: they are kept free from the start, so nothing is preempted.
   */
  int cacheTokens() {
    return request.inputTokens() + request.outputTokens();
  }

  /** Work of some of the prompt's tokens. */
  double workOf(int tokens) {
    return work * tokens / request.freshTokens();
  }

  /** Whether a step has worked on it. */
  boolean begun() {
    return inStep > 0 || remaining < request.freshTokens();
  }

  boolean measured() {
    return arrival >= 0;
  }
}
