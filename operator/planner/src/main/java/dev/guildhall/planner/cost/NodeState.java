package dev.guildhall.planner.cost;

import java.math.BigDecimal;
import java.util.List;

/**
 * How a node's GPUs are held from an instant until the node's next state. GPUs that no holding
 * names are idle; zero GPUs mean that the node has left the pool.
 *
 * @param pool the pool that pays for the node
 * @param node the node's name, unique over all pools
 * @param at nanoseconds since the epoch, UTC
 * @param gpus GPUs of the node
 * @param pricePerGpuHour price of one GPU for one hour
 * @param holdings who holds how many GPUs; at most {@code gpus} in sum
 */
public record NodeState(
    String pool,
    String node,
    long at,
    int gpus,
    BigDecimal pricePerGpuHour,
    List<Holding> holdings) {

  /** Checks that the holdings fit the node. */
  public NodeState {
    holdings = List.copyOf(holdings);
    int held = holdings.stream().mapToInt(Holding::gpus).sum();
    if (held > gpus) {
      throw new IllegalArgumentException(
          "node " + node + " has " + gpus + " GPUs, its holdings name " + held);
    }
  }

  int idleGpus() {
    return gpus - holdings.stream().mapToInt(Holding::gpus).sum();
  }
}
