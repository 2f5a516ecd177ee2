package dev.guildhall.engine.runtime;

/**
 * How a runtime is doing.
 *
 * @param running sequences that hold pages
 * @param waiting requests in the queue
 * @param queuedTokens tokens that these will have to compute
 * @param pagesUsed cache pages held by running sequences
 * @param pages all cache pages
 * @param draining whether new requests are refused
 * @param prefillNanos busy time spent on prompts since the start
 * @param decodeNanos busy time spent on generated tokens since the start
 */
public record RuntimeStatus(
    int running,
    int waiting,
    long queuedTokens,
    int pagesUsed,
    int pages,
    boolean draining,
    long prefillNanos,
    long decodeNanos) {}
