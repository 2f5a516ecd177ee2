package dev.guildhall.planner.cost;

/**
 * Some GPUs of one node, held by one owner in one state. Every text is empty, never null, where it
 * does not apply.
 *
 * @param gpus how many GPUs of the node
 * @param state what they do
 * @param namespace namespace of the workload
 * @param workload the deployment or run that holds them
 * @param role role of the group
 * @param group group object's name
 * @param tenant who pays for what no request used
 * @param model the model that the workload serves
 */
public record Holding(
    int gpus,
    GpuState state,
    String namespace,
    String workload,
    String role,
    String group,
    String tenant,
    String model) {

  /** GPUs that nobody holds. */
  public static Holding idle(int gpus) {
    return new Holding(gpus, GpuState.IDLE, "", "", "", "", "", "");
  }

  /**
   * {@code NAMESPACE/WORKLOAD}, the name by which usage refers to the deployment; empty when nobody
   * holds the GPUs.
   */
  public String deployment() {
    return workload.isEmpty() ? "" : namespace + "/" + workload;
  }
}
