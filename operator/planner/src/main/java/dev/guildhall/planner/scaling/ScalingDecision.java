package dev.guildhall.planner.scaling;

import java.util.List;

/**
 * What to do now.
 *
 * @param chosen what to do, at most one option per role; empty: nothing
 * @param rejected what was weighed and not chosen
 * @param needs what each role needs and which signal says so; a role on hold is missing
 * @param holds why roles are left as they are although they may need something
 * @param memory to hand to the next decision
 */
public record ScalingDecision(
    List<ScalingOption> chosen,
    List<ScalingOption> rejected,
    List<RoleNeed> needs,
    List<String> holds,
    List<RoleMemory> memory) {

  /** Keeps copies. */
  public ScalingDecision {
    chosen = List.copyOf(chosen);
    rejected = List.copyOf(rejected);
    needs = List.copyOf(needs);
    holds = List.copyOf(holds);
    memory = List.copyOf(memory);
  }
}
