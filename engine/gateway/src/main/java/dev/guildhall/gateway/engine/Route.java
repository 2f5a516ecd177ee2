package dev.guildhall.gateway.engine;

import java.util.Optional;

/**
 * Who works on a prompt.
 *
 * @param rank answers
 * @param prefill computes the prompt for it, where that pays
 */
record Route(RankClient rank, Optional<RankClient> prefill) {

  /** The rank that has the prompt to compute. */
  RankClient computing() {
    return prefill.orElse(rank);
  }
}
