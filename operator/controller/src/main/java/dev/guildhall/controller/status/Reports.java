package dev.guildhall.controller.status;

import dev.guildhall.crds.Conditioned;
import dev.guildhall.crds.GuildhallResource;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Writes a status when, and only when, it says something new; a status is a report, and no decision
 * reads it.
 */
public final class Reports {

  private final Clock clock;
  private final Events events;

  /** With the clock that transition times come from, and where news is told. */
  public Reports(Clock clock, Events events) {
    this.clock = clock;
    this.events = events;
  }

  /**
   * What to write as the status: a patch that says {@code outcome}, or nothing where that is said
   * already.
   *
   * @param fresh makes an empty resource of the kind
   * @param status makes the status from its conditions
   */
  public <S, T extends Conditioned, R extends GuildhallResource<S, T>> UpdateControl<R> report(
      R resource, Outcome outcome, Supplier<R> fresh, Function<List<Condition>, T> status) {
    return patch(resource, outcome, fresh, status)
        .map(UpdateControl::patchStatus)
        .orElseGet(UpdateControl::noUpdate);
  }

  /** {@link #report} for a resource that is not the one being reconciled. */
  public <S, T extends Conditioned, R extends GuildhallResource<S, T>> Optional<R> patch(
      R resource, Outcome outcome, Supplier<R> fresh, Function<List<Condition>, T> status) {
    var old = resource.getStatus();
    var before = old == null ? null : old.conditions();
    var generation = resource.getMetadata().getGeneration();
    var wanted = status.apply(Conditions.of(outcome, generation, before, clock.instant()));
    if (wanted.equals(old)) {
      return Optional.empty();
    }
    if (Conditions.isNews(outcome, before)) {
      events.record(resource, outcome);
    }
    var patch = fresh.get();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(resource.getMetadata().getName())
            .withNamespace(resource.getMetadata().getNamespace())
            .build());
    patch.setStatus(wanted);
    return Optional.of(patch);
  }

  /**
   * A condition beside those that say how the resource stands, for as long as it is true. That it
   * has become so is told.
   */
  public <S, T extends Conditioned> Condition abnormal(
      GuildhallResource<S, T> resource, String type, Outcome why) {
    var old = resource.getStatus() == null ? null : resource.getStatus().conditions();
    if (old == null || old.stream().noneMatch(c -> c.getType().equals(type))) {
      events.record(resource, why);
    }
    return Conditions.abnormal(
        type, why, resource.getMetadata().getGeneration(), old, clock.instant());
  }
}
