package dev.guildhall.engine.model.verify;

import dev.guildhall.engine.backend.BackendProvider;
import java.util.List;

/**
 * How to verify.
 *
 * @param reference whether the oracle is checked
 * @param backends backends to check
 * @param heldOutOnReference whether the oracle too computes held-out losses, which takes minutes
 */
public record VerifyOptions(
    boolean reference, List<BackendProvider> backends, boolean heldOutOnReference) {}
