package dev.guildhall.engine.backend;

/** Gives each step its routed experts, which stay the same for the whole of it. */
@FunctionalInterface
public interface StepExperts {

  /** Experts for one step. */
  interface Turn extends ExpertCompute, AutoCloseable {
    /** The step is over. */
    @Override
    void close();
  }

  /**
   * Begins a step.
   *
   * @throws ExpertsUnavailableException if there is nothing to compute them by
   */
  Turn open();
}
