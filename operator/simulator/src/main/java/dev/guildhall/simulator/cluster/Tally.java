package dev.guildhall.simulator.cluster;

import dev.guildhall.simulator.model.Promise;

/** Counts what became of the measured requests, and who was in the system. */
final class Tally {

  private final Promise promise;
  private final long end;
  private long arrived;
  private long finished;
  private long good;
  private long lateFirst;
  private long lateTokens;
  private double sojournNanos;
  private double presentNanos;
  private long present;
  private long last;

  Tally(Promise promise, long begin, long end) {
    this.promise = promise;
    this.end = end;
    this.last = begin;
  }

  void arrived(Job job, long now) {
    advance(now);
    present++;
    if (job.measured()) {
      arrived++;
    }
  }

  void finished(Job job, long now) {
    advance(now);
    present--;
    if (!job.measured()) {
      return;
    }
    finished++;
    sojournNanos += now - job.arrival;
    boolean first = ttftRatio(job) <= 1;
    boolean tokens = tpotRatio(job, now) <= 1;
    good += first && tokens ? 1 : 0;
    lateFirst += first ? 0 : 1;
    lateTokens += tokens ? 0 : 1;
  }

  double ttftRatio(Job job) {
    return (job.firstToken - job.arrival) / promise.ttftNanos(job.request.inputTokens());
  }

  double tpotRatio(Job job, long now) {
    int gaps = job.request.outputTokens() - 1;
    return gaps == 0 ? 0 : (now - job.firstToken) / (double) gaps / (promise.tpotSeconds() * 1e9);
  }

  long present() {
    return present;
  }

  long good() {
    return good;
  }

  long finished() {
    return finished;
  }

  private void advance(long now) {
    long from = Math.max(0, last);
    long to = Math.min(end, now);
    presentNanos += to > from ? (double) present * (to - from) : 0;
    last = now;
  }

  RequestCounts counts() {
    return new RequestCounts(
        arrived,
        finished,
        good,
        lateFirst,
        lateTokens,
        finished == 0 ? 0 : sojournNanos / finished / 1e9,
        end <= 0 ? 0 : presentNanos / end);
  }
}
