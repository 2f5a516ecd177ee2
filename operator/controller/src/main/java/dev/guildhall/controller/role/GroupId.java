package dev.guildhall.controller.role;

import dev.guildhall.controller.kube.Labels;
import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.crds.ServingRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Names of one group: the unit of scaling, roll-out, failure and billing.
 *
 * @param namespace of all its objects
 * @param deployment the ModelDeployment
 * @param role the role in it
 * @param index from 0; below that for the group in which a version is tried
 */
public record GroupId(String namespace, String deployment, String role, int index) {

  /** Port of the ranks' gRPC services. */
  public static final int GRPC_PORT = 9000;

  /** Port of probes and metrics. */
  public static final int HTTP_PORT = 9090;

  /** In place of an index: scaling must not come upon it. */
  private static final int CANARY = -1;

  private static final String CANARY_SUFFIX = "canary";

  /** The group of a role with this object name. */
  static GroupId named(ServingRole role, String name) {
    var suffix = name.substring(name.lastIndexOf('-') + 1);
    return of(role, suffix.equals(CANARY_SUFFIX) ? CANARY : Integer.parseInt(suffix));
  }

  static GroupId of(ServingRole role, int index) {
    return new GroupId(
        role.getMetadata().getNamespace(),
        role.getSpec().deployment(),
        role.getSpec().role(),
        index);
  }

  /** All groups that the role wants. */
  public static List<GroupId> wanted(ServingRole role) {
    return IntStream.range(0, role.getSpec().groups()).mapToObj(index -> of(role, index)).toList();
  }

  /** The group beyond those wanted that is there for a while during a roll-out. */
  static GroupId extra(ServingRole role) {
    return role.getSpec().canary() == null ? of(role, role.getSpec().groups()) : canary(role);
  }

  /** The group in which a version is tried. */
  public static GroupId canary(ServingRole role) {
    return of(role, CANARY);
  }

  /** Whether a version is tried in it, or was. */
  public boolean isCanary() {
    return index == CANARY;
  }

  /** What the group is: the version that is tried, or the one in force. */
  GroupTemplate template(ServingRole role) {
    return isCanary() && role.getSpec().canary() != null
        ? role.getSpec().canary().template()
        : role.getSpec().template();
  }

  /** All groups that the role wants, and the one beyond them while there is one. */
  public static List<GroupId> served(ServingRole role) {
    var groups = new ArrayList<>(wanted(role));
    if (role.getSpec().canary() != null) {
      groups.add(extra(role));
    } else if (!groups.isEmpty()
        && role.getStatus() != null
        && role.getStatus().groups() != null
        && role.getStatus().groups() > groups.size()) {
      groups.add(extra(role));
    }
    return groups;
  }

  /** DEPLOYMENT-ROLE-INDEX: the name of the group and of its objects. */
  public String name() {
    return "%s-%s-%s".formatted(deployment, role, isCanary() ? CANARY_SUFFIX : index);
  }

  /** host:port of every rank, in rank order. */
  public List<String> addresses(int ranks) {
    return IntStream.range(0, ranks)
        .mapToObj(
            rank -> "%s-%d.%s.%s.svc:%d".formatted(name(), rank, name(), namespace, GRPC_PORT))
        .toList();
  }

  Map<String, String> labels() {
    return Labels.ofGroup(deployment, role, name());
  }

  /** What selects the group's pods, and never changes. */
  Map<String, String> selector() {
    return Map.of(dev.guildhall.crds.GuildhallApi.GROUP_LABEL, name());
  }
}
