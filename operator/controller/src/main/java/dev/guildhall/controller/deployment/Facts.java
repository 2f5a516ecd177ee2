package dev.guildhall.controller.deployment;

import dev.guildhall.controller.inspection.Inspection;
import dev.guildhall.crds.CanaryReport;
import dev.guildhall.crds.ScalingReport;
import dev.guildhall.crds.ServingRole;
import java.util.ArrayList;
import java.util.List;

/** What one pass has found out so far; what is not known yet is null or empty. */
final class Facts {

  private Inspection inspection;
  private List<PlannedRole> plan = List.of();
  private List<ServingRole> roles = List.of();
  private final List<CanaryReport> canaries = new ArrayList<>();
  private ScalingReport scaling;

  void inspected(Inspection found) {
    inspection = found;
  }

  void planned(List<PlannedRole> made) {
    plan = made;
  }

  void roles(List<ServingRole> found) {
    roles = found;
  }

  /** Adds how far a role's canary has come; null for none. */
  void tried(CanaryReport report) {
    if (report != null) {
      canaries.add(report);
    }
  }

  void scaled(ScalingReport last) {
    scaling = last;
  }

  Inspection inspection() {
    return inspection;
  }

  List<PlannedRole> plan() {
    return plan;
  }

  List<ServingRole> roles() {
    return roles;
  }

  /** Whether the role of this name is {@linkplain Roles#isReady ready}; not before it is there. */
  boolean isReady(String role) {
    return roles.stream()
        .anyMatch(found -> found.getSpec().role().equals(role) && Roles.isReady(found));
  }

  /** Null where no version is tried. */
  List<CanaryReport> canaries() {
    return canaries.isEmpty() ? null : canaries;
  }

  ScalingReport scaling() {
    return scaling;
  }
}
