package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.ledger.Charge;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How a request ended.
 *
 * @param failure null when every choice is complete
 * @param charges complete as the ledger confirms
 */
public record Answer(
    RuntimeException failure,
    int promptTokens,
    int cachedTokens,
    int completionTokens,
    List<CompletableFuture<Optional<Charge>>> charges) {}
