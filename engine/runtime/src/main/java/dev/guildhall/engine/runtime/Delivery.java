package dev.guildhall.engine.runtime;

import java.util.function.Consumer;

/** Tells listeners and the observer what happens to requests. Used by the runtime's thread. */
final class Delivery {
  private static final System.Logger LOG = System.getLogger(Delivery.class.getName());

  private final RuntimeObserver observer;

  Delivery(RuntimeObserver observer) {
    this.observer = observer;
  }

  /** Says that a part of a sequence's prompt has been computed. */
  void computed(Sequence sequence) {
    tell(sequence, l -> l.computed(sequence.usage()));
  }

  /**
   * Adds a token to a sequence and tells of it, unless it is a stop token.
   *
   * @return why the sequence ends with it, or null
   */
  Ending token(Sequence sequence, SampledToken token, long nowNanos) {
    boolean first = sequence.generated() == 0;
    sequence.append(token.id());
    if (first) {
      observer.firstToken(nowNanos - sequence.arrivalNanos);
      tell(sequence, l -> l.started(sequence.cachedTokens, sequence.promptLogprobs));
    } else {
      observer.nextToken(nowNanos - sequence.lastTokenNanos);
    }
    sequence.lastTokenNanos = nowNanos;
    if (sequence.request.stopTokens().contains(token.id())) {
      return new Ending(Completion.Reason.STOP, "");
    }
    tell(sequence, l -> l.token(token));
    return sequence.generated() == sequence.request.maxTokens()
        ? new Ending(Completion.Reason.LENGTH, "")
        : null;
  }

  /** Says the last word on a sequence. */
  void finished(Sequence sequence, Ending why, long nowNanos) {
    Completion completion = new Completion(why.reason(), why.message(), sequence.usage());
    tell(sequence, l -> l.finished(completion));
    observer.finished(completion, nowNanos - sequence.arrivalNanos);
  }

  /** A listener's defect ends its own request, not the runtime. */
  private static void tell(Sequence sequence, Consumer<GenerationListener> event) {
    try {
      event.accept(sequence.listener);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "listener of a request failed", e);
      sequence.end(Ending.CANCELLED);
    }
  }
}
