package dev.guildhall.engine.runtime;

/** Splits the time of steps over their requests and adds it up. Not safe for concurrent use. */
final class StepTimes {
  private final RuntimeObserver observer;
  private long prefillNanos;
  private long decodeNanos;

  StepTimes(RuntimeObserver observer) {
    this.observer = observer;
  }

  /** Time spent on prompts since the start. */
  long prefillNanos() {
    return prefillNanos;
  }

  /** Time spent on generated tokens since the start. */
  long decodeNanos() {
    return decodeNanos;
  }

  void add(StepPlan plan, long nanos) {
    long[] shares = TimeShares.split(nanos, plan.rows());
    long prefill = 0;
    int prefillRows = 0;
    int rows = 0;
    for (int i = 0; i < shares.length; i++) {
      StepPlan.Slot slot = plan.slots().get(i);
      rows += slot.count();
      if (slot.decode()) {
        slot.sequence().decodeNanos += shares[i];
      } else {
        slot.sequence().prefillNanos += shares[i];
        prefill += shares[i];
        prefillRows += slot.count();
      }
    }
    prefillNanos += prefill;
    decodeNanos += nanos - prefill;
    observer.stepped(prefillRows, rows - prefillRows, prefill, nanos - prefill);
  }
}
