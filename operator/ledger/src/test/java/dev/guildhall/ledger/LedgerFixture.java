package dev.guildhall.ledger;

import dev.guildhall.ledger.RateCard.Price;
import dev.guildhall.ledger.Tenant.OnExhausted;
import dev.guildhall.ledger.fixtures.Engine;
import dev.guildhall.ledger.fixtures.TestClock;
import dev.guildhall.ledger.store.LedgerDatabase;
import dev.guildhall.planner.cost.GpuState;
import dev.guildhall.planner.cost.Holding;
import dev.guildhall.planner.cost.NodeState;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** All services of a ledger on a new database of each engine, with a clock that stands. */
@ParameterizedClass
@EnumSource(Engine.class)
abstract class LedgerFixture {
  static final long SECOND = 1_000_000_000L;

  @Parameter Engine engine;

  final TestClock clock = new TestClock("2026-11-24T12:00:00Z");
  LedgerDatabase database;
  RateCards cards;
  Tenants tenants;
  NodeStates states;
  Reservations reservations;
  Commits commits;
  Spending spending;
  Costs costs;

  @BeforeEach
  void open() {
    database = engine.open();
    cards = new RateCards(database, clock);
    tenants = new Tenants(database, clock);
    states = new NodeStates(database, clock);
    reservations = new Reservations(database, clock);
    commits = new Commits(database, clock);
    spending = new Spending(database, clock);
    costs = new Costs(database, clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  long now() {
    return Nanos.now(clock);
  }

  /** A million input tokens cost 1, cached ones 0.5, output tokens 2. */
  void card() {
    card("1", "0.5", "2");
  }

  void card(String input, String cached, String output) {
    cards.put(
        "standard",
        new RateCard(
            "USD",
            List.of(
                new Price(
                    "small",
                    new BigDecimal(input),
                    new BigDecimal(cached),
                    new BigDecimal(output)))));
  }

  void tenant(String name, String budget, OnExhausted onExhausted) {
    tenants.put(
        new Tenant(
            name, name, "standard", budget == null ? null : new BigDecimal(budget), onExhausted));
  }

  /** A million prompt tokens and a million generated ones: with {@link #card()} it holds 3. */
  static ReservationRequest request(String id, String tenant) {
    return new ReservationRequest(id, tenant, tenant + "/key", "small", 1_000_000, 1_000_000, 60);
  }

  Usage usage(String id, String tenant, long prompt, long cached, long completion) {
    return usage(id, tenant, prompt, cached, completion, Usage.Elsewhere.NONE);
  }

  Usage usage(
      String id,
      String tenant,
      long prompt,
      long cached,
      long completion,
      Usage.Elsewhere elsewhere) {
    return new Usage(
        id,
        tenant,
        tenant + "/key",
        "small",
        "q/small",
        "g0",
        now(),
        prompt,
        cached,
        completion,
        SECOND,
        2 * SECOND,
        4,
        "stop",
        elsewhere);
  }

  static NodeStateEvent node(String id, String node, long at, Holding... holdings) {
    return new NodeStateEvent(
        id, new NodeState("h800", node, at, 8, new BigDecimal("2"), List.of(holdings)));
  }

  static Holding serving(int gpus) {
    return serving(gpus, "unified", "g0");
  }

  static Holding serving(int gpus, String role, String group) {
    return new Holding(gpus, GpuState.SERVING, "q", "small", role, group, "acme", "");
  }
}
