package dev.guildhall.ledger;

import dev.guildhall.planner.cost.NodeState;

/** A node's state with the id under which it is written once. */
public record NodeStateEvent(String id, NodeState state) {}
