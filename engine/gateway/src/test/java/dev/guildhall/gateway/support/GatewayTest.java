package dev.guildhall.gateway.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A gateway in front of the {@link Stack}, ready before each test, its ranks calm after it. */
public abstract class GatewayTest {

  protected FakeRank solo;
  protected FakeRank left;
  protected FakeRank right;
  protected FakeLedger ledger;

  @ConfigProperty(name = "guildhall.gateway.routes")
  String routes;

  /** Null while the routes are the stack's. */
  private String before;

  /** Calls with the key of the tenant {@code acme}. */
  protected Api api;

  @BeforeEach
  final void awaitReady() {
    api = new Api(Stack.port(), Stack.ACME);
    Await.until("a ready rank", () -> api.chat("").status() == 200);
    List.of(solo, left, right).forEach(rank -> rank.requests().clear());
  }

  /** Adds fields to a group of the routes, until the test ends. */
  protected final void reroute(String group, String fields) throws IOException {
    String name = "\"name\": \"%s\"".formatted(group);
    String now = Files.readString(routes());
    before = before == null ? now : before;
    assertThat(now).contains(name);
    Files.writeString(routes(), now.replace(name, name + ", " + fields));
  }

  private Path routes() {
    return Path.of(routes.substring("file:".length()));
  }

  @AfterEach
  protected final void restoreRoutes() throws IOException {
    if (before != null) {
      Files.writeString(routes(), before);
      before = null;
    }
  }

  @AfterEach
  protected final void calmRanks() {
    solo.behave(solo.calm());
    left.behave(left.calm());
    right.behave(right.calm());
  }
}
