package dev.guildhall.planner.plan;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the feasible layout with the fewest changes: the ranks asked for before any other number of
 * ranks, the redundancy asked for before any other, and a smaller cache only where the one asked
 * for does not fit.
 */
final class NearestPlan {

  private NearestPlan() {}

  static Optional<PhysicalPlan> search(PlanRequest request) {
    var asked = request.layout();
    int context = Math.min(asked.maxContextTokens(), request.shape().maxPositions());
    var start = request.with(asked.withMaxContextTokens(context));
    return ranks(start)
        .flatMap(layout -> redundancies(start, layout).stream())
        .flatMap(layout -> caches(start.with(layout)))
        .filter(layout -> Planner.problems(start.with(layout)).isEmpty())
        .findFirst()
        .map(layout -> Planner.plan(start.with(layout)));
  }

  private static Stream<GroupLayout> ranks(PlanRequest request) {
    var layout = request.layout();
    int most =
        Math.min(
            request.pool().gpus(), request.shape().routedExperts() + layout.redundantExperts());
    return IntStream.rangeClosed(1, most)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(ranks -> Math.abs(ranks - layout.ranks()))
                .thenComparing(Comparator.reverseOrder()))
        .map(layout::withRanks);
  }

  private static Set<GroupLayout> redundancies(PlanRequest request, GroupLayout layout) {
    int experts = request.shape().routedExperts();
    int slots = experts + layout.redundantExperts();
    int excess = slots % layout.ranks();
    var wanted = new LinkedHashSet<GroupLayout>();
    for (int other :
        List.of(
            slots,
            slots + layout.ranks() - excess,
            slots - excess,
            Math.ceilDiv(experts, layout.ranks()) * layout.ranks())) {
      if (other >= experts) {
        wanted.add(layout.withRedundantExperts(other - experts));
      }
    }
    return wanted;
  }

  private static Stream<GroupLayout> caches(PlanRequest request) {
    var layout = request.layout();
    long perToken = Planner.cacheBytesPerToken(request.shape(), request.numerics());
    var withoutCache = Planner.plan(request.with(layout.withCacheTokens(0)));
    long fitting = Math.min(layout.cacheTokens(), withoutCache.headroomBytes() / perToken);
    return fitting < layout.maxContextTokens() || fitting == layout.cacheTokens()
        ? Stream.of(layout)
        : Stream.of(layout, layout.withCacheTokens((int) fitting));
  }
}
