package dev.guildhall.ledger.api;

import dev.guildhall.ledger.NodeStates;
import dev.guildhall.ledger.NodeStates.Appended;
import dev.guildhall.ledger.api.NodeStatesBody.EventBody;
import dev.guildhall.ledger.auth.Allow;
import dev.guildhall.ledger.auth.Role;
import dev.guildhall.ledger.metrics.GpuClock;
import dev.guildhall.ledger.metrics.Meters;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;

/** Who holds each GPU. */
@Path("/v1/node-states")
class NodeStatesResource {
  private final NodeStates states;
  private final Meters meters;
  private final GpuClock clock;

  NodeStatesResource(NodeStates states, Meters meters, GpuClock clock) {
    this.states = states;
    this.meters = meters;
    this.clock = clock;
  }

  record Answer(int written, int repeated, int shifted) {}

  @POST
  @Allow(Role.OPERATOR)
  public Answer post(NodeStatesBody body) {
    var events = Check.body(body).toEvents();
    Appended appended = meters.timed("node-states", () -> states.append(events));
    appended.written().forEach(clock::accept);
    meters.nodeStates(appended.written().size(), appended.repeated(), appended.shifted());
    return new Answer(appended.written().size(), appended.repeated(), appended.shifted());
  }

  @GET
  @Path("latest")
  @Allow({Role.OPERATOR, Role.READER})
  public NodeStatesBody latest(@QueryParam("pool") String pool) {
    return new NodeStatesBody(
        states.latest(Optional.ofNullable(pool)).stream().map(EventBody::of).toList());
  }
}
