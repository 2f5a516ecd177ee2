package dev.guildhall.controller.pool;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/** Who holds some GPUs of a node, in the ledger's words, where nobody is null or "". */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
record Holding(
    int gpus,
    String state,
    String namespace,
    String workload,
    String role,
    String group,
    String tenant,
    String model) {

  Holding {
    namespace = orNull(namespace);
    workload = orNull(workload);
    role = orNull(role);
    group = orNull(group);
    tenant = orNull(tenant);
    model = orNull(model);
  }

  private static String orNull(String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  static Holding ofNobody(int gpus, String state) {
    return new Holding(gpus, state, null, null, null, null, null, null);
  }

  /** Whether both are held by the same one in the same state. */
  boolean isLike(Holding other) {
    return with(0).equals(other.with(0));
  }

  Holding with(int count) {
    return new Holding(count, state, namespace, workload, role, group, tenant, model);
  }
}
