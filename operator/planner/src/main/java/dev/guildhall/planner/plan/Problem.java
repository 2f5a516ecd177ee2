package dev.guildhall.planner.plan;

/**
 * Why a layout cannot be.
 *
 * @param field the field to change, relative to the deployment's spec
 * @param message what is wrong, with the numbers
 */
public record Problem(String field, String message) {

  @Override
  public String toString() {
    return "spec." + field + ": " + message;
  }
}
