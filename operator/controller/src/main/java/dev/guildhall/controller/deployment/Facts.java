package dev.guildhall.controller.deployment;

import dev.guildhall.controller.inspection.Inspection;
import dev.guildhall.crds.ScalingReport;
import dev.guildhall.crds.ServingRole;
import java.util.List;

/** What one pass has found out so far; what is not known yet is null or empty. */
final class Facts {

  private Inspection inspection;
  private List<PlannedRole> plan = List.of();
  private List<ServingRole> roles = List.of();
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

  ScalingReport scaling() {
    return scaling;
  }
}
