package dev.guildhall.controller.deployment;

import dev.guildhall.controller.pool.GpuNodes;
import dev.guildhall.crds.GpuNodePool;
import dev.guildhall.planner.plan.PoolCapacity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * The pool that a deployment names, with its nodes.
 *
 * @param pool the resource
 * @param nodes nodes that match its selector
 */
record ResolvedPool(GpuNodePool pool, List<Node> nodes) {

  Map<String, String> selector() {
    return pool.getSpec().nodeSelector();
  }

  /** Memory of one GPU in bytes. */
  long memoryBytes() {
    var accelerator = pool.getSpec().accelerator();
    return accelerator.memoryPerGpu() == null
        ? accelerator.profile().memoryBytes()
        : new Quantity(accelerator.memoryPerGpu()).getNumericalAmount().longValueExact();
  }

  /** Of the node that has least, thousandths of a CPU for each GPU; 0 without nodes. */
  int cpuMillisPerGpu() {
    return nodes.stream()
        .filter(node -> GpuNodes.gpus(node) > 0)
        .mapToInt(node -> GpuNodes.cpuMillis(node) / GpuNodes.gpus(node))
        .min()
        .orElse(0);
  }

  PoolCapacity capacity() {
    return new PoolCapacity(memoryBytes(), nodes.stream().map(GpuNodes::gpus).toList());
  }

  /** What some GPUs cost for one hour, such as {@code 8.00 USD}. */
  String pricePerHour(int gpus) {
    var price = new BigDecimal(pool.getSpec().pricePerGpuHour()).multiply(BigDecimal.valueOf(gpus));
    return price.toPlainString() + " " + pool.getSpec().currency();
  }
}
