package dev.guildhall.engine.backend;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Owns a rank's weights and cache pages and runs steps on them. The boundary is coarse on purpose:
 * token ids and page numbers go in, drawn tokens or logits come out, so that a scheduler needs to
 * know nothing of devices. One thread calls {@link #step} at a time; {@link #localExperts} may be
 * called by many at once, also during a step.
 */
public interface Backend extends AutoCloseable {

  /** A short name for logs and status, such as {@code cpu (native avx2)}. */
  String name();

  /** What this backend was opened with and how many pages that came to. */
  CacheGeometry cache();

  /**
   * Runs one forward pass over the slices of {@code input}: appends their tokens to the cache pages
   * and computes the logits and tokens asked for. Results for a slice do not depend on which other
   * slices share the step.
   *
   * @param experts computes the routed experts: {@link #localExperts()}, or a group's exchange that
   *     spans ranks
   * @throws IllegalArgumentException if a slice names a page, position or token outside its range
   * @throws ExpertsUnavailableException if a rank that holds a chosen expert cannot be reached; the
   *     pages written are then undefined
   * @throws NonFiniteLogitsException if logits come out that are not numbers, naming the slice
   * @throws BackendLostException if the device failed, now or before
   */
  StepOutput step(StepInput input, ExpertCompute experts);

  /**
   * Runs the multi-token-prediction layer: token {@code i} of a slice is {@code t[p+1]} at position
   * {@code p+1}, paired with row {@code i} of {@code hidden} (the main model's state at {@code p}
   * after the final norm); the logits predict {@code t[p+2]}. The layer's cache entries lie in the
   * sequence's pages too and begin at position 1: every position must have passed through here
   * before a later one does. Hidden states, if asked for, are those after the layer's own last
   * norm.
   *
   * @param hidden rows × hidden size, in the order of the slices' tokens
   * @throws UnsupportedOperationException if the model has no such layer
   * @throws NonFiniteLogitsException as in {@link #step}
   */
  StepOutput draft(StepInput input, float[] hidden, ExpertCompute experts);

  /**
   * What a cache page holds, over all layers, in the form that {@link #cache} names. A copy. May be
   * called beside steps, for pages that none of them writes to.
   *
   * @throws IllegalArgumentException if there is no such page
   */
  byte[] readPage(int page);

  /**
   * Fills a cache page with what {@link #readPage} of a backend of the same model and form gave.
   * May be called beside steps, for pages that none of them uses.
   *
   * @throws IllegalArgumentException if there is no such page, or its size is another
   */
  void writePage(int page, byte[] content);

  /** The experts this rank holds. */
  ExpertCompute localExperts();

  /**
   * Makes exactly these experts the ones held, while steps go on: what is missing is loaded beside
   * them, then takes its place between two steps, a layer at a time, and the rest is let go.
   * Callers that are not through with the old ones ask for both first. May be called from any
   * thread, and again after it failed; then some layers may have changed already.
   *
   * @param held for each decoder layer, the MTP layer last if there is one
   * @return the longest time in nanoseconds for which steps could not run
   * @throws IllegalArgumentException if layers or experts do not fit the model
   * @throws DeviceException if there is not enough memory; the layer and those after it are
   *     unchanged
   */
  long hold(List<BitSet> held);

  /**
   * Tokens routed to each expert since opening, as [MoE layer][expert]; the MTP layer is not
   * counted. A copy.
   */
  long[][] expertTokens();

  /** Why this backend will not compute again; empty while it can. */
  default Optional<String> lostBecause() {
    return Optional.empty();
  }

  @Override
  void close();
}
