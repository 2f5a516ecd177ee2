package dev.guildhall.controller.scaling;

import dev.guildhall.crds.Role;
import dev.guildhall.crds.Scaling;

/**
 * A role as the decision needs it.
 *
 * @param role as the deployment asks for it
 * @param groups wanted now
 * @param cacheTokensPerRank tokens that the latent cache of one rank holds
 * @param ratedTokensPerSecond prompt tokens per second of one full group, by reckoning
 * @param balancedness of its experts, 1 where nothing is known
 * @param redundantExperts in each layer now
 * @param mostRedundantExperts that may be placed
 */
public record ScaledRole(
    Role role,
    int groups,
    int cacheTokensPerRank,
    double ratedTokensPerSecond,
    double balancedness,
    int redundantExperts,
    int mostRedundantExperts) {

  /** Whether the operator writes the number. */
  public static boolean isOurs(Role role) {
    return role.scaling() != null && role.scaling().owner() == Scaling.Owner.Operator;
  }

  /** Fewest groups; what is there where somebody else decides. */
  int least() {
    return isOurs(role) ? role.scaling().minGroups() : groups;
  }

  int most() {
    return isOurs(role) ? role.scaling().maxGroups() : groups;
  }
}
