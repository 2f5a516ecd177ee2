package dev.guildhall.engine.backend;

import java.util.BitSet;
import java.util.List;

/**
 * How a rank opens a model.
 *
 * @param cacheTokens capacity of the latent cache in tokens, rounded up to whole pages
 * @param maxBatchTokens most tokens in one step
 * @param heldExperts for each decoder layer (dense ones included, the MTP layer last if present)
 *     the experts to load; null: all
 */
public record BackendOptions(int cacheTokens, int maxBatchTokens, List<BitSet> heldExperts) {}
