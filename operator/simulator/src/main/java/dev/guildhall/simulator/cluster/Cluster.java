package dev.guildhall.simulator.cluster;

import dev.guildhall.planner.scaling.GroupPhase;
import dev.guildhall.planner.scaling.RoleKind;
import dev.guildhall.simulator.model.RoleModel;
import dev.guildhall.simulator.model.Scenario;
import java.util.List;

/** What an autoscaler sees of the simulated cluster and may do to it. */
public final class Cluster {

  private final Simulation simulation;
  private final Scenario scenario;

  Cluster(Simulation simulation, Scenario scenario) {
    this.simulation = simulation;
    this.scenario = scenario;
  }

  /** Pool, model and promise. */
  public Scenario scenario() {
    return scenario;
  }

  /** Now, in nanoseconds; 0 is where measuring begins. */
  public long now() {
    return simulation.now();
  }

  /** Groups of a role that serve or will serve. */
  public int groups(RoleModel role) {
    return simulation.fleet().credited(role).size();
  }

  /** Requests of a role that no step has begun with, those at the gateway included. */
  public long queued(RoleModel role) {
    return members(role).stream().mapToLong(SimGroup::queued).sum() + held(role);
  }

  /** Requests of a role, queued or worked on. */
  public long inFlight(RoleModel role) {
    return queued(role) + members(role).stream().mapToLong(SimGroup::working).sum();
  }

  /** Requests that wait because no group of the role is ready. */
  public int held(RoleModel role) {
    return simulation.router().held(role.kind() == RoleKind.DECODE).size();
  }

  /** What the gateway counted since the last tick. */
  public RoleReading reading(RoleModel role) {
    return simulation.reading(role);
  }

  /** GPUs that nobody holds. */
  public int freeGpus() {
    return simulation.gpus().free();
  }

  /** What is known of each group, in the planner's words; counting begins anew. */
  public List<GroupView> views() {
    return simulation.fleet().groups().stream().map(group -> GroupView.of(group, now())).toList();
  }

  /** Makes it so many groups. */
  public void scaleTo(RoleModel role, int groups) {
    simulation.fleet().scaleTo(role, groups, now());
  }

  /** Lets groups change their role. */
  public void shift(RoleModel from, RoleModel to, int groups) {
    simulation.fleet().shift(from, to, groups, now());
  }

  /** Places the experts of a role anew. */
  public void rebalance(RoleModel role) {
    simulation.fleet().place(role, now());
  }

  private List<SimGroup> members(RoleModel role) {
    return simulation.fleet().groups().stream()
        .filter(group -> group.role.equals(role) && group.phase != GroupPhase.PENDING)
        .toList();
  }
}
