package dev.guildhall.controller.scaling;

import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.metrics.ScalingMetrics;
import dev.guildhall.controller.signals.Scraper;
import dev.guildhall.controller.signals.Scraper.Target;
import dev.guildhall.controller.status.Events;
import dev.guildhall.controller.status.Outcome;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.ScalingReport;
import dev.guildhall.planner.scaling.Action;
import dev.guildhall.planner.scaling.GroupSample;
import dev.guildhall.planner.scaling.PoolState;
import dev.guildhall.planner.scaling.RoleMemory;
import dev.guildhall.planner.scaling.Scaler;
import dev.guildhall.planner.scaling.ScalingDecision;
import dev.guildhall.planner.scaling.ScalingState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Has the planner decide about a deployment's roles, and does what it says. */
@ApplicationScoped
public class Autoscaler {

  private final Scraper scraper;
  private final GroupCounts counts;
  private final ScalingRecords records;
  private final Events events;
  private final ScalingMetrics metrics;
  private final Map<Target, Course> courses = new ConcurrentHashMap<>();

  /** What is remembered from one decision of a deployment to the next. */
  private static final class Course {
    private final Map<String, GroupSample> fastest = new HashMap<>();
    private List<RoleMemory> memory = List.of();
    private long decidedMillis;
    private ScalingReport report;
  }

  Autoscaler(
      Scraper scraper,
      GroupCounts counts,
      ScalingRecords records,
      Events events,
      ScalingMetrics metrics) {
    this.scraper = scraper;
    this.counts = counts;
    this.records = records;
    this.events = events;
    this.metrics = metrics;
  }

  /**
   * Decides, if there is news, and writes what is to change; returns what to report, null before
   * there is anything.
   */
  public ScalingReport apply(
      ModelDeployment deployment,
      List<ScaledRole> roles,
      PoolState pool,
      ExpertCopies copies,
      Applier applier) {
    var target = Target.of(deployment);
    var course = courses.computeIfAbsent(target, _ -> resumed(deployment, applier));
    var signals = new Signals(scraper.of(target));
    if (signals.suffice() && signals.snapshots().getLast().atMillis() > course.decidedMillis) {
      var state = state(deployment, roles, pool, signals, course);
      var decision = Scaler.decide(state);
      course.memory = decision.memory();
      course.decidedMillis = state.atMillis();
      metrics.show(deployment, decision.needs());
      boolean raised = raise(decision, copies);
      act(deployment, roles, state, decision, raised, course, applier);
    }
    return course.report;
  }

  /** Forgets a deployment. */
  public void forget(ModelDeployment deployment) {
    courses.remove(Target.of(deployment));
    metrics.forget(deployment);
  }

  private Course resumed(ModelDeployment deployment, Applier applier) {
    var course = new Course();
    course.report = records.last(deployment, applier).orElse(null);
    return course;
  }

  private static ScalingState state(
      ModelDeployment deployment,
      List<ScaledRole> roles,
      PoolState pool,
      Signals signals,
      Course course) {
    for (var role : roles) {
      var name = role.role().name();
      signals.samples(name, role.role().ranksPerGroup(), 1).stream()
          .filter(sample -> sample.tokenSeconds() > 0)
          .forEach(sample -> course.fastest.merge(name, sample, Autoscaler::faster));
    }
    return ScalingStates.of(
        deployment.getMetadata().getName(),
        deployment.getSpec(),
        roles,
        pool,
        signals,
        course.fastest,
        course.memory);
  }

  private void act(
      ModelDeployment deployment,
      List<ScaledRole> roles,
      ScalingState state,
      ScalingDecision decision,
      boolean raised,
      Course course,
      Applier applier) {
    if (counts.write(deployment, roles, decision) || raised) {
      course.report = ScalingRecords.report(state, decision);
      records.write(deployment, state, decision, course.report, applier);
      events.record(
          deployment,
          Outcome.ready(
              "Scaled",
              course.report.chosen().stream()
                  .map(
                      s ->
                          "%s (%s per hour): %s".formatted(s.action(), s.costPerHour(), s.reason()))
                  .collect(Collectors.joining("; "))));
    } else {
      course.report = ScalingRecords.withHeld(course.report, ScalingRecords.held(decision));
    }
  }

  private static GroupSample faster(GroupSample one, GroupSample other) {
    return other.tokenSeconds() < one.tokenSeconds() ? other : one;
  }

  private static boolean raise(ScalingDecision decision, ExpertCopies copies) {
    boolean raised = false;
    for (var option : decision.chosen()) {
      Action action = option.action();
      if (action.kind() == Action.Kind.MORE_REDUNDANT_EXPERTS) {
        raised |= copies.raise(action.role(), action.amount());
      }
    }
    return raised;
  }
}
