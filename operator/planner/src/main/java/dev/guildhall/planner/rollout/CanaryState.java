package dev.guildhall.planner.rollout;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Where a canary stands.
 *
 * @param rules what it has to stand up to
 * @param weightPercent share of the requests it gets; 0 before the first step
 * @param serves whether its group is ready and has been for a while
 * @param measured whether there are current figures of the gateway
 * @param held how long the step has lasted, the time left out in which it did not serve or was not
 *     measured
 * @param canary its figures in this step
 * @param stable those of the version in force in the same time
 * @param agreement share of tokens that is its first choice too; empty where not asked yet
 */
public record CanaryState(
    CanaryRules rules,
    int weightPercent,
    boolean serves,
    boolean measured,
    Duration held,
    Lane canary,
    Lane stable,
    OptionalDouble agreement) {

  /** Which step of how many, such as 2/3. */
  public String step() {
    var weights = rules.weightPercents();
    return "%d/%d"
        .formatted(weights.stream().filter(w -> w <= weightPercent).count(), weights.size());
  }
}
