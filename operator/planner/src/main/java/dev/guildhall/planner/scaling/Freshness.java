package dev.guildhall.planner.scaling;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which signals of a role count, and whether they suffice for a decision. */
final class Freshness {

  private final ScalingState state;
  private final RoleState role;
  private final Map<String, GroupSample> latest;

  Freshness(ScalingState state, RoleState role) {
    this.state = state;
    this.role = role;
    var ready =
        new HashSet<>(
            role.ready().stream().map(Group::name).collect(Collectors.toUnmodifiableSet()));
    this.latest =
        role.samples().stream()
            .filter(sample -> ready.contains(sample.group()))
            .sorted(Comparator.comparingLong(GroupSample::atMillis))
            .collect(
                Collectors.toMap(GroupSample::group, Function.identity(), (old, next) -> next));
  }

  /** The last sample of every ready group, without those that are too young to have one. */
  List<GroupSample> samples() {
    return role.ready().stream()
        .map(group -> latest.get(group.name()))
        .filter(sample -> sample != null && fresh(sample.atMillis()))
        .toList();
  }

  /** Why the role must be left as it is; empty where the signals suffice. */
  Optional<String> hold() {
    var demand = role.demand();
    if (demand == null) {
      return Optional.of("no metrics of the gateway");
    }
    if (!fresh(demand.atMillis())) {
      return Optional.of("the gateway's metrics are " + age(demand.atMillis()) + " old");
    }
    if (!demand.isUsable()) {
      return Optional.of("the gateway's metrics are not numbers");
    }
    return role.ready().stream()
        .filter(Predicate.not(this::young))
        .map(this::problem)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> problem(Group group) {
    var sample = latest.get(group.name());
    if (sample == null) {
      return Optional.of("no metrics of group " + group.name());
    }
    if (!fresh(sample.atMillis())) {
      return Optional.of(
          "the metrics of group %s are %s old".formatted(group.name(), age(sample.atMillis())));
    }
    return sample.isUsable()
        ? Optional.empty()
        : Optional.of("the metrics of group " + group.name() + " are not numbers");
  }

  /** A group that just became ready may not have been scraped yet. */
  private boolean young(Group group) {
    return latest.get(group.name()) == null && fresh(group.sinceMillis());
  }

  private boolean fresh(long atMillis) {
    return state.atMillis() - atMillis <= state.policy().staleSeconds() * 1000;
  }

  private String age(long atMillis) {
    return (state.atMillis() - atMillis) / 1000 + " s";
  }
}
