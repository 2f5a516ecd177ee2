package dev.guildhall.controller.inspection;

import dev.guildhall.planner.plan.ModelShape;
import dev.guildhall.planner.plan.Numerics;

/**
 * What the inspection of a model's folder found.
 *
 * @param digest over names and contents of the files
 * @param architecture model_type of config.json
 * @param shape the sizes
 * @param stored bytes per weight as the files hold them
 */
public record Inspection(
    String digest, String architecture, ModelShape shape, StoredWeights stored) {

  /**
   * How weights lie in the files.
   *
   * @param matrixBytes per weight of a matrix
   * @param scaleBlock weights that share one float32 scale; 0: none
   */
  public record StoredWeights(int matrixBytes, int scaleBlock) {}

  /** Bytes that a backend takes per value of this model. */
  public Numerics numerics(dev.guildhall.crds.ModelDeploymentSpec.Backend backend) {
    return switch (backend) {
      // float32 everywhere but the weights, which stay as the files hold them
      case cpu -> new Numerics(stored.matrixBytes(), stored.scaleBlock(), 4, 4, 384L << 20);
      case cuda -> new Numerics(stored.matrixBytes(), stored.scaleBlock(), 2, 2, 2L << 30);
    };
  }
}
