package dev.guildhall.gateway.ledger;

/**
 * A hold on a tenant's budget.
 *
 * @param maxTokens most new tokens over all choices
 */
public record Reservation(
    String id,
    String tenant,
    String key,
    String model,
    int promptTokens,
    long maxTokens,
    long ttlSeconds) {}
