package dev.guildhall.ledger;

/**
 * Asks for budget before a request runs.
 *
 * @param id unique; repeats are answered alike
 * @param tenant who pays
 * @param key id of the API key
 * @param model model name
 * @param promptTokens tokens of the prompt, priced as if none were cached
 * @param maxTokens most tokens that may be generated
 * @param ttlSeconds after this time the budget is free again even without a commit
 */
public record ReservationRequest(
    String id,
    String tenant,
    String key,
    String model,
    long promptTokens,
    long maxTokens,
    long ttlSeconds) {}
