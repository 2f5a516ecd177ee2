package dev.guildhall.dashboards;

import java.util.List;

/** Alerts on the operator and on what it is to bring about. */
final class OperatorAlerts {
  private OperatorAlerts() {}

  static List<Alert> all() {
    return List.of(
        Alert.of(
            Alert.Severity.WARNING,
            "GuildhallDeploymentNotReady",
            "max by (namespace, deployment) (guildhall_deployment_ready)",
            "< 1",
            "15m",
            "Deployment {{ $labels.namespace }}/{{ $labels.deployment }} is not ready",
            "Its condition Ready has not been True for 15 minutes. The condition's reason and message say what it waits for or which field to correct."),
        Alert.of(
                Alert.Severity.WARNING,
                "GuildhallReconcileErrors",
                "sum by (controller) (rate(operator_sdk_controllers_execution_reconcile_failure_total[10m]))",
                "> 0.01",
                "15m",
                "The operator's {{ $labels.controller }} keeps failing",
                "{{ $value | humanize }} reconciliations per second throw. They are tried again for ever, so nothing is lost, but changes do not arrive.")
            .ofRareEvents());
  }
}
