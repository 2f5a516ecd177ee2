package dev.guildhall.controller.pool;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;

/**
 * From an instant on a node's GPUs are held so: an event of the ledger's contract.
 *
 * @param id of the event; the ledger writes it once
 * @param pool that the node belongs to
 * @param node its name
 * @param at RFC 3339 UTC
 * @param gpus how many; 0: the node left the pool
 * @param pricePerGpuHour decimal
 * @param holdings who holds them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record NodeStateEvent(
    String id,
    String pool,
    String node,
    String at,
    int gpus,
    String pricePerGpuHour,
    List<Holding> holdings) {

  static NodeStateEvent of(String pool, String price, NodeHoldings node, Instant at) {
    return new NodeStateEvent(
        "%s/%s/%s".formatted(pool, node.node(), at),
        pool,
        node.node(),
        at.toString(),
        node.gpus(),
        price,
        node.holdings());
  }
}
