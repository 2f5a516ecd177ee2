package dev.guildhall.gateway.support;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A gateway in front of the {@link Stack}, ready before each test, its ranks calm after it. */
public abstract class GatewayTest {

  protected FakeRank solo;
  protected FakeRank left;
  protected FakeRank right;
  protected FakeLedger ledger;

  /** Calls with the key of the tenant {@code acme}. */
  protected Api api;

  @BeforeEach
  final void awaitReady() {
    api = new Api(Stack.port(), Stack.ACME);
    Await.until("a ready rank", () -> api.chat("").status() == 200);
    solo.requests().clear();
  }

  @AfterEach
  protected final void calmRanks() {
    solo.behave(solo.calm());
    left.behave(left.calm());
    right.behave(right.calm());
  }
}
