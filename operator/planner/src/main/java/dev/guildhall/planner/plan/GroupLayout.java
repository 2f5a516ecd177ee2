package dev.guildhall.planner.plan;

/**
 * What a user asks of one group.
 *
 * @param ranks expert-parallel ranks, one GPU each
 * @param redundantExperts further copies of experts in each layer
 * @param maxContextTokens longest context of one request
 * @param cacheTokens tokens that one rank's latent cache holds
 * @param maxBatchTokens tokens that one step of one rank computes at most
 */
public record GroupLayout(
    int ranks, int redundantExperts, int maxContextTokens, int cacheTokens, int maxBatchTokens) {

  GroupLayout withRanks(int value) {
    return new GroupLayout(value, redundantExperts, maxContextTokens, cacheTokens, maxBatchTokens);
  }

  GroupLayout withRedundantExperts(int value) {
    return new GroupLayout(ranks, value, maxContextTokens, cacheTokens, maxBatchTokens);
  }

  GroupLayout withMaxContextTokens(int value) {
    return new GroupLayout(ranks, redundantExperts, value, cacheTokens, maxBatchTokens);
  }

  GroupLayout withCacheTokens(int value) {
    return new GroupLayout(ranks, redundantExperts, maxContextTokens, value, maxBatchTokens);
  }
}
