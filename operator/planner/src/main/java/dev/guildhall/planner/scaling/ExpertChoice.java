package dev.guildhall.planner.scaling;

/** Options that change where experts are, or how many copies: they cost no GPU. */
final class ExpertChoice {

  private final ScalingState state;
  private final Choice choice;

  ExpertChoice(ScalingState state, Choice choice) {
    this.state = state;
    this.choice = choice;
  }

  /**
   * Chooses what helps and returns the groups that are still lacking.
   *
   * @param lacking groups lacking; zero or less where the role has enough
   */
  int relieve(Outlook outlook, int lacking) {
    var policy = state.policy();
    if (!Balance.uneven(outlook.need(), policy)) {
      return fewerCopies(outlook, lacking);
    }
    int then =
        wanted(outlook, Balance.rebalanced(outlook.need(), policy)) - outlook.role().credited();
    var action = Action.of(Action.Kind.REBALANCE, outlook.role().name(), 0);
    String reason = "balancedness %.2f".formatted(outlook.need().balancedness());
    if (!Balance.rested(outlook.memory(), state)) {
      choice.reject(action, 0, reason + ", but experts were moved just now");
      return moreCopies(outlook, lacking, then);
    }
    if (then >= lacking) {
      choice.reject(action, 0, reason + ", but it would save no group");
      return lacking;
    }
    choice.choose(action, 0, reason + " costs %d group(s)".formatted(lacking - then));
    rejectAdd(outlook, lacking, then);
    return then;
  }

  /** A new placement did not even out the load: some experts are too hot for their copies. */
  private int moreCopies(Outlook outlook, int lacking, int then) {
    var role = outlook.role();
    int copies = role.redundantExperts() + role.gpusPerGroup();
    boolean failed =
        state.atMillis() - outlook.memory().rebalancedMillis()
            > state.policy().staleSeconds() * 1000;
    if (!failed || lacking <= 0 || then >= lacking) {
      return lacking;
    }
    var action = Action.of(Action.Kind.MORE_REDUNDANT_EXPERTS, role.name(), copies);
    if (copies > role.maxRedundantExperts()) {
      choice.reject(action, 0, "at most %d fit".formatted(role.maxRedundantExperts()));
      return lacking;
    }
    choice.choose(
        action,
        0,
        "balancedness %.2f after a new placement".formatted(outlook.need().balancedness()));
    rejectAdd(outlook, lacking, then);
    return then;
  }

  /** Copies that balance does not need are cache that requests do. */
  private int fewerCopies(Outlook outlook, int lacking) {
    var role = outlook.role();
    int copies = role.redundantExperts() - role.gpusPerGroup();
    if (lacking <= 0
        || copies < 0
        || outlook.need().signal() != Signal.CACHE
        || outlook.need().balancedness() < state.policy().rebalancedTo()
        || !Balance.rested(outlook.memory(), state)) {
      return lacking;
    }
    double gain = role.redundantKvShare() * role.gpusPerGroup() / role.redundantExperts();
    int then = RoleNeed.whole(outlook.need().exact() / (1 + gain)) - role.credited();
    var action = Action.of(Action.Kind.FEWER_REDUNDANT_EXPERTS, role.name(), copies);
    if (then >= lacking) {
      choice.reject(action, 0, "the cache gained would save no group");
      return lacking;
    }
    choice.choose(action, 0, "experts are even, and cache is short");
    rejectAdd(outlook, lacking, then);
    return then;
  }

  private void rejectAdd(Outlook outlook, int lacking, int then) {
    int saved = Math.min(lacking, lacking - then);
    if (saved > 0) {
      choice.reject(
          Action.of(Action.Kind.ADD, outlook.role().name(), saved),
          saved * (long) outlook.role().gpusPerGroup(),
          "moving experts costs no GPU");
    }
  }

  private static int wanted(Outlook outlook, RoleNeed need) {
    return new Outlook(outlook.role(), outlook.hold(), need, outlook.floor(), outlook.memory())
        .wanted();
  }
}
