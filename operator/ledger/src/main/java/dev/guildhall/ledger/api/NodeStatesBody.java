package dev.guildhall.ledger.api;

import dev.guildhall.ledger.InvalidRequestException;
import dev.guildhall.ledger.Nanos;
import dev.guildhall.ledger.NodeStateEvent;
import dev.guildhall.planner.cost.GpuState;
import dev.guildhall.planner.cost.Holding;
import dev.guildhall.planner.cost.NodeState;
import java.util.ArrayList;
import java.util.List;

/** Body of {@code POST /v1/node-states} and answer of {@code GET /v1/node-states/latest}. */
record NodeStatesBody(List<EventBody> events) {
  private static final int MOST_GPUS = 1024;

  record EventBody(
      String id,
      String pool,
      String node,
      String at,
      Long gpus,
      String pricePerGpuHour,
      List<HoldingBody> holdings) {

    static EventBody of(NodeStateEvent event) {
      NodeState state = event.state();
      return new EventBody(
          event.id(),
          state.pool(),
          state.node(),
          Nanos.format(state.at()),
          (long) state.gpus(),
          state.pricePerGpuHour().toPlainString(),
          state.holdings().stream().map(HoldingBody::of).toList());
    }

    NodeStateEvent toEvent(String path) {
      String node = Check.name(path + "node", this.node);
      int count = (int) Check.range(path + "gpus", gpus, 0, MOST_GPUS);
      List<Holding> held = new ArrayList<>();
      List<HoldingBody> bodies =
          holdings == null ? List.of() : Check.list(path + "holdings", holdings, MOST_GPUS);
      long sum = 0;
      for (int i = 0; i < bodies.size(); i++) {
        held.add(bodies.get(i).toHolding(path + "holdings[" + i + "]."));
        sum += held.getLast().gpus();
      }
      if (sum > count) {
        throw new InvalidRequestException(
            path + "holdings", "name " + sum + " GPUs, the node has " + count);
      }
      return new NodeStateEvent(
          Check.name(path + "id", id),
          new NodeState(
              Check.name(path + "pool", pool),
              node,
              Nanos.parse(path + "at", Check.name(path + "at", at)),
              count,
              Check.money(path + "pricePerGpuHour", pricePerGpuHour),
              held));
    }
  }

  record HoldingBody(
      Long gpus,
      String state,
      String namespace,
      String workload,
      String role,
      String group,
      String tenant,
      String model) {

    static HoldingBody of(Holding holding) {
      return new HoldingBody(
          (long) holding.gpus(),
          holding.state().wireName(),
          holding.namespace(),
          holding.workload(),
          holding.role(),
          holding.group(),
          holding.tenant(),
          holding.model());
    }

    Holding toHolding(String path) {
      String stateName = Check.name(path + "state", state);
      return new Holding(
          (int) Check.range(path + "gpus", gpus, 1, MOST_GPUS),
          GpuState.ofWireName(stateName)
              .orElseThrow(
                  () ->
                      new InvalidRequestException(
                          path + "state",
                          "'" + stateName + "' is none of " + GpuState.wireNames())),
          Check.optional(path + "namespace", namespace),
          Check.optional(path + "workload", workload),
          Check.optional(path + "role", role),
          Check.optional(path + "group", group),
          Check.optional(path + "tenant", tenant),
          Check.optional(path + "model", model));
    }
  }

  List<NodeStateEvent> toEvents() {
    List<NodeStateEvent> result = new ArrayList<>();
    for (int i = 0; i < Check.list("events", events, 1000).size(); i++) {
      result.add(events.get(i).toEvent("events[" + i + "]."));
    }
    return result;
  }
}
