package dev.guildhall.controller.rollout;

import dev.guildhall.controller.OperatorConfig;
import dev.guildhall.controller.role.GroupId;
import dev.guildhall.controller.signals.Scraper;
import dev.guildhall.controller.signals.Scraper.Target;
import dev.guildhall.controller.status.Conditions;
import dev.guildhall.controller.status.Events;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.controller.status.StalledException;
import dev.guildhall.crds.Canary;
import dev.guildhall.crds.CanaryReport;
import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.Role;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.planner.rollout.CanaryJudge;
import dev.guildhall.planner.rollout.CanaryState;
import dev.guildhall.planner.rollout.CanaryVerdict.Fail;
import dev.guildhall.planner.rollout.CanaryVerdict.Hold;
import dev.guildhall.planner.rollout.CanaryVerdict.Promote;
import dev.guildhall.planner.rollout.CanaryVerdict.Shift;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Leads new versions of roles through their steps. */
@ApplicationScoped
public class Canaries {

  private static final int LONGEST_FAILURE = 1024;

  private final Scraper scraper;
  private final Events events;
  private final OperatorConfig config;
  private final Clock clock;
  private final Map<Key, CanaryCourse> courses = new ConcurrentHashMap<>();

  private record Key(Target deployment, String role) {}

  /**
   * What a ServingRole is to be.
   *
   * @param template the version in force
   * @param canary the one that is tried; null for none
   * @param report how far it has come; null for none
   */
  public record Next(GroupTemplate template, Canary canary, CanaryReport report) {
    private static Next of(GroupTemplate template) {
      return new Next(template, null, null);
    }
  }

  Canaries(Scraper scraper, Events events, OperatorConfig config, Clock clock) {
    this.scraper = scraper;
    this.events = events;
    this.config = config;
    this.clock = clock;
  }

  /**
   * The next state of a role that is there, given what its deployment asks for.
   *
   * @throws StalledException if the version cannot be tried beside the one in force
   */
  public Next next(ModelDeployment deployment, Role role, ServingRole found, GroupTemplate asked) {
    var inForce = found.getSpec().template();
    if (role.rollOut() != Role.RollOut.Canary || found.getSpec().groups() == 0) {
      return Next.of(asked);
    }
    if (asked.isVersionOf(inForce)) {
      return settled(deployment, role, found, asked);
    }
    refuseOtherForm(role, inForce, asked);
    var canary = found.getSpec().canary();
    if (canary == null || !canary.template().isVersionOf(asked)) {
      events.record(
          deployment, Outcome.ready("CanaryStarted", role.name() + ": a new version is tried"));
      return new Next(inForce, CanaryMapper.begun(role, asked), null);
    }
    return canary.failure() == null
        ? judged(deployment, role, found, CanaryMapper.asAsked(role, canary))
        : new Next(inForce, canary, CanaryMapper.failed(role, canary));
  }

  /** Forgets a deployment. */
  public void forget(ModelDeployment deployment) {
    courses.keySet().removeIf(key -> key.deployment().equals(Target.of(deployment)));
  }

  /** After it was promoted the canary stays until all others are as it is. */
  private Next settled(
      ModelDeployment deployment, Role role, ServingRole found, GroupTemplate asked) {
    courses.remove(new Key(Target.of(deployment), role.name()));
    var canary = found.getSpec().canary();
    boolean promoted = canary != null && canary.template().isVersionOf(asked);
    boolean complete =
        found.getStatus() != null
            && Conditions.isReady(
                found.getStatus().conditions(), found.getMetadata().getGeneration());
    return promoted && !complete ? new Next(asked, canary, null) : Next.of(asked);
  }

  private static void refuseOtherForm(Role role, GroupTemplate inForce, GroupTemplate asked) {
    boolean same =
        inForce.ranks().equals(asked.ranks())
            && inForce.expertSlots().equals(asked.expertSlots())
            && inForce.backend() == asked.backend()
            && inForce.nodeSelector().equals(asked.nodeSelector())
            && inForce.model().name().equals(asked.model().name());
    if (!same) {
      throw new StalledException(
          "CanaryImpossible",
          "spec.roles[%s].rollOut: a canary needs the pool, backend, model.name, ranksPerGroup and expert slots of the version in force; set Surge or Replace for this change"
              .formatted(role.name()));
    }
  }

  private Next judged(ModelDeployment deployment, Role role, ServingRole found, Canary canary) {
    var state = state(deployment, role, found, canary);
    var verdict = CanaryJudge.judge(state);
    var inForce = found.getSpec().template();
    return switch (verdict) {
      case Hold hold -> new Next(inForce, canary, CanaryMapper.of(role, state, hold.reason()));
      case Shift shift -> {
        events.record(deployment, Outcome.ready("CanaryStep", role.name() + ": " + shift.reason()));
        yield new Next(
            inForce,
            canary.withWeight(shift.weightPercent()),
            CanaryMapper.of(role, state, shift.reason()));
      }
      case Promote promote -> {
        events.record(
            deployment, Outcome.ready("CanaryPromoted", role.name() + ": " + promote.reason()));
        yield new Next(canary.template(), canary, CanaryMapper.of(role, state, promote.reason()));
      }
      case Fail fail -> {
        var why = fail.reason().substring(0, Math.min(LONGEST_FAILURE, fail.reason().length()));
        events.record(deployment, Outcome.stalled("CanaryFailed", role.name() + ": " + why));
        yield new Next(inForce, canary.failed(why), CanaryMapper.of(role, state, why));
      }
    };
  }

  private CanaryState state(
      ModelDeployment deployment, Role role, ServingRole found, Canary canary) {
    var target = Target.of(deployment);
    var key = new Key(target, role.name());
    var course =
        courses.compute(
            key,
            (_, last) ->
                last != null && last.isOf(canary.template(), canary.weightPercent())
                    ? last
                    : new CanaryCourse(canary.template(), canary.weightPercent()));
    var snapshots = scraper.of(target);
    course.see(snapshots, GroupId.canary(found));
    return course.state(
        CanaryMapper.rules(role, found.getSpec().groups()),
        snapshots,
        clock.millis(),
        config.scalingWindow());
  }
}
