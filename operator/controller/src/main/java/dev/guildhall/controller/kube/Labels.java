package dev.guildhall.controller.kube;

import dev.guildhall.crds.GuildhallApi;
import java.util.LinkedHashMap;
import java.util.Map;

/** Labels of everything that the operator makes. */
public final class Labels {

  /** Selects everything that the operator made. */
  public static final String MANAGED = "app.kubernetes.io/managed-by=guildhall";

  /** Value of {@link #COMPONENT} of rank pods. */
  public static final String RANK = "rank";

  public static final String COMPONENT = "app.kubernetes.io/component";

  private Labels() {}

  /** Labels of an object of a deployment that belongs to no role. */
  public static Map<String, String> ofDeployment(String deployment, String component) {
    var labels = new LinkedHashMap<String, String>();
    labels.put("app.kubernetes.io/name", "guildhall");
    labels.put("app.kubernetes.io/instance", deployment);
    labels.put(COMPONENT, component);
    labels.put("app.kubernetes.io/managed-by", "guildhall");
    labels.put(GuildhallApi.DEPLOYMENT_LABEL, deployment);
    return labels;
  }

  /** Labels of an object of a role. */
  public static Map<String, String> ofRole(String deployment, String role, String component) {
    var labels = ofDeployment(deployment, component);
    labels.put(GuildhallApi.ROLE_LABEL, role);
    return labels;
  }

  /** Labels of an object of a group. */
  public static Map<String, String> ofGroup(String deployment, String role, String group) {
    var labels = ofRole(deployment, role, RANK);
    labels.put(GuildhallApi.GROUP_LABEL, group);
    return labels;
  }
}
