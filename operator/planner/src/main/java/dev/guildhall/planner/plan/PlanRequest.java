package dev.guildhall.planner.plan;

/**
 * A layout to be judged.
 *
 * @param role path of the role in the deployment's spec, such as {@code roles[0]}
 * @param shape the model
 * @param numerics the backend
 * @param layout what is asked
 * @param pool where it would run
 */
public record PlanRequest(
    String role, ModelShape shape, Numerics numerics, GroupLayout layout, PoolCapacity pool) {

  PlanRequest with(GroupLayout other) {
    return new PlanRequest(role, shape, numerics, other, pool);
  }
}
