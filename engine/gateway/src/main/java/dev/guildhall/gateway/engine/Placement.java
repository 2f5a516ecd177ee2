package dev.guildhall.gateway.engine;

import java.util.List;
import java.util.Optional;

/** Finds ranks for the choices of a request, another one after each failure. */
final class Placement {

  private static final int MOST_ATTEMPTS = 4;

  private final Job job;
  private final List<Choice> choices;
  private final RankRouter router;

  Placement(Job job, List<Choice> choices, RankRouter router) {
    this.job = job;
    this.choices = choices;
    this.router = router;
  }

  /** Where to send a choice; empty when no rank is left or enough were tried. */
  Optional<Route> next(Choice choice) {
    Optional<Route> sibling = sibling(choice);
    if (sibling.isPresent()) {
      return sibling;
    }
    return choice.tries >= MOST_ATTEMPTS
        ? Optional.empty()
        : router.choose(job, choice.unit, choice.modelDigest, choice.excluded);
  }

  /** The rank has processed the choice's prompt. */
  void processed(Choice choice) {
    router.processed(job, choice.unit, choice.route);
  }

  /** Choices of one prompt share ranks, and so their prefix caches. */
  private Optional<Route> sibling(Choice choice) {
    return choices.stream()
        .filter(other -> other.unit == choice.unit && other != choice && other.route != null)
        .findFirst()
        .map(other -> other.route)
        .filter(
            route ->
                route.rank().usable()
                    && !choice.excluded.contains(route.rank().address())
                    && !choice.excluded.contains(route.rank().group()));
  }
}
