package dev.guildhall.simulator.model;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * A pool, a model on it and what is promised; read from JSON.
 *
 * @param name what to call it
 * @param sources where each number comes from
 * @param nodes nodes of the pool
 * @param gpusPerNode GPUs of each
 * @param pricePerGpuHour price of one
 * @param currency of the price
 * @param ranksPerGroup ranks of a group, one GPU each
 * @param ranksPerPrompt ranks that share the work on one prompt
 * @param keysPerToken keys whose attention is as much work as a token without any
 * @param cacheTokensPerRank tokens that the latent cache of a rank holds
 * @param startSeconds from wanting a group to its first request, when GPUs are free
 * @param shiftSeconds from the last request in the old role to the first in the new one
 * @param transferMicrosPerToken time to move one prompt token's latent cache to a decode group
 * @param groupsAtLoadOne groups that the mean demand of load 1 fills; the trace is copied as often
 *     as that takes
 * @param roles prefill and decode, or unified
 * @param balance how evenly experts load ranks
 * @param promise the service level
 */
public record Scenario(
    String name,
    Map<String, String> sources,
    int nodes,
    int gpusPerNode,
    BigDecimal pricePerGpuHour,
    String currency,
    int ranksPerGroup,
    int ranksPerPrompt,
    double keysPerToken,
    int cacheTokensPerRank,
    double startSeconds,
    double shiftSeconds,
    double transferMicrosPerToken,
    double groupsAtLoadOne,
    List<RoleModel> roles,
    BalanceModel balance,
    Promise promise) {

  /** Keeps copies and checks what would make a simulation senseless. */
  public Scenario {
    sources = Map.copyOf(sources);
    roles = List.copyOf(roles);
    if (roles.isEmpty() || roles.size() > 2 || ranksPerGroup < 1 || ranksPerPrompt < 1) {
      throw new IllegalArgumentException(
          "scenario %s: one or two roles and at least one rank are needed".formatted(name));
    }
  }

  /** GPUs of the pool. */
  public int gpus() {
    return Math.multiplyExact(nodes, gpusPerNode);
  }

  /** Groups that the pool has room for. */
  public int mostGroups() {
    return gpus() / ranksPerGroup;
  }
}
