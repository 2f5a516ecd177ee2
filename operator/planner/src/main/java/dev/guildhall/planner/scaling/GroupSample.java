package dev.guildhall.planner.scaling;

import java.util.stream.DoubleStream;

/**
 * What one group last said of itself. Samples of groups that do not exist (any more) are ignored.
 * Prompt tokens are counted by work, here and in {@link DemandSample}: attention over as many keys
 * as cost what a token costs counts as one token more.
 *
 * @param group name of the group
 * @param atMillis when it was read, milliseconds of the epoch
 * @param queuedTokens tokens that queued requests have yet to compute (prefill) or to place in the
 *     cache (decode)
 * @param tokensPerSecond prompt tokens computed per second of step time spent on them; 0 where none
 *     were
 * @param tokenSeconds mean time between two tokens of a running answer; 0 where none ran
 * @param kvUse share of the latent cache that running requests hold, 0 to 1
 * @param running answers that tokens were drawn for, mean over the time that the sample covers;
 *     where none were, requests that hold cache
 * @param balancedness mean ÷ largest load of the ranks, 0 to 1; 1 where nothing was routed
 */
public record GroupSample(
    String group,
    long atMillis,
    double queuedTokens,
    double tokensPerSecond,
    double tokenSeconds,
    double kvUse,
    double running,
    double balancedness) {

  boolean isUsable() {
    return DoubleStream.of(queuedTokens, tokensPerSecond, tokenSeconds, kvUse, running)
            .allMatch(value -> Double.isFinite(value) && value >= 0)
        && balancedness > 0
        && balancedness <= 1;
  }
}
