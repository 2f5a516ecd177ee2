package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendLostException;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.GroupChangingException;
import dev.guildhall.engine.backend.StepExperts;
import dev.guildhall.engine.backend.StepOutput;
import java.util.ArrayList;
import java.util.List;

/** Runs planned steps on the backend and draws their tokens. */
final class StepRunner {
  private static final System.Logger LOG = System.getLogger(StepRunner.class.getName());

  private final Backend backend;
  private final StepExperts experts;
  private final int vocabulary;
  private final Clock clock;

  /**
   * What came of a step.
   *
   * @param drawn for each slot of the plan the token drawn, null where the prompt has not ended;
   *     empty if the step failed
   * @param failure null if it did not
   * @param passing whether the same step may work in a moment
   */
  record Outcome(
      List<SampledToken> drawn, Ending failure, boolean passing, long startNanos, long endNanos) {
    long nanos() {
      return endNanos - startNanos;
    }
  }

  /**
   * @param experts null: the backend's own, which then need not leave it
   */
  StepRunner(Backend backend, StepExperts experts, int vocabulary, Clock clock) {
    this.backend = backend;
    this.experts = experts;
    this.vocabulary = vocabulary;
    this.clock = clock;
  }

  private StepOutput step(StepPlan plan) {
    if (experts == null) {
      return backend.step(plan.input(), backend.localExperts());
    }
    try (StepExperts.Turn turn = experts.open()) {
      return backend.step(plan.input(), turn);
    }
  }

  Outcome run(StepPlan plan) {
    long start = clock.nanos();
    List<SampledToken> drawn = new ArrayList<>();
    Ending failure = null;
    boolean passing = false;
    try {
      StepOutput output = step(plan);
      for (int i = 0; i < plan.slots().size(); i++) {
        drawn.add(StepResult.read(plan.slots().get(i), output.slices().get(i), vocabulary));
      }
    } catch (GroupChangingException e) {
      failure = new Ending(Completion.Reason.UNAVAILABLE, e.getMessage());
      passing = true;
    } catch (ExpertsUnavailableException | BackendLostException e) {
      failure = new Ending(Completion.Reason.UNAVAILABLE, e.getMessage());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "step failed", e);
      failure = new Ending(Completion.Reason.INTERNAL, "the step failed: " + e);
    }
    return new Outcome(failure == null ? drawn : List.of(), failure, passing, start, clock.nanos());
  }
}
