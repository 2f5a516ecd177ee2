package dev.guildhall.crds;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * A status that says which generation of the spec it speaks about, and how things stand in
 * conditions that kstatus understands.
 */
public interface Conditioned {

  /** The generation of the spec that was last acted on. */
  Long observedGeneration();

  /**
   * One entry per type; {@code Ready} is always there, {@code Reconciling} and {@code Stalled} only
   * while they are true.
   */
  List<Condition> conditions();
}
