package dev.guildhall.planner.scaling;

import java.util.ArrayList;
import java.util.List;

/** Decides what to scale: pure, and the same decision for the same recorded state. */
public final class Scaler {

  private Scaler() {}

  /**
   * The decision. Signals that are stale, missing or no numbers hold their role; a role below its
   * minimum is filled up whatever the signals say. What is added never exceeds the role's maximum,
   * the pool's free GPUs, the quota or the budget; groups on their way count as there.
   *
   * @throws IllegalArgumentException where two roles have one name
   */
  public static ScalingDecision decide(ScalingState state) {
    if (state.roles().stream().map(RoleState::name).distinct().count() != state.roles().size()) {
      throw new IllegalArgumentException("roles: names must differ");
    }
    var outlooks = new ArrayList<Outlook>();
    var holds = new ArrayList<String>();
    for (RoleState role : state.roles()) {
      var outlook = Outlook.of(state, role);
      outlooks.add(outlook);
      outlook.hold().ifPresent(reason -> holds.add(role.name() + ": " + reason));
    }
    var choice = new Choice(state, outlooks);
    choice.choose();
    return new ScalingDecision(
        choice.chosen(),
        choice.rejected(),
        needs(outlooks),
        holds,
        outlooks.stream().map(outlook -> remembered(state, outlook, choice.chosen())).toList());
  }

  private static List<RoleNeed> needs(List<Outlook> outlooks) {
    return outlooks.stream().filter(outlook -> outlook.need() != null).map(Outlook::need).toList();
  }

  private static RoleMemory remembered(
      ScalingState state, Outlook outlook, List<ScalingOption> chosen) {
    boolean moved =
        chosen.stream()
            .map(ScalingOption::action)
            .anyMatch(
                action ->
                    action.role().equals(outlook.role().name())
                        && switch (action.kind()) {
                          case REBALANCE, MORE_REDUNDANT_EXPERTS, FEWER_REDUNDANT_EXPERTS -> true;
                          case SHIFT, ADD, REMOVE, SLEEP, WAKE -> false;
                        });
    return moved ? outlook.memory().withRebalanced(state.atMillis()) : outlook.memory();
  }
}
