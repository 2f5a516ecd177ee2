package dev.guildhall.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.ledger.Tenant.OnExhausted;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ReservationsTest extends LedgerFixture {

  @Test
  void aReservationHoldsFullInputPriceAndAllTokensThatMayCome() {
    card();
    tenant("acme", "10", OnExhausted.REJECT);
    assertThat(reservations.reserve(request("r1", "acme")).amount()).isEqualByComparingTo("3");
    assertThat(spending.of("acme").reserved()).isEqualByComparingTo("3");
    assertThat(spending.of("acme").left()).isEqualByComparingTo("7");
  }

  @Test
  void whatDoesNotFitTheBudgetIsRefusedWithTheFigures() {
    card();
    tenant("acme", "5", OnExhausted.REJECT);
    reservations.reserve(request("r1", "acme"));
    assertThatThrownBy(() -> reservations.reserve(request("r2", "acme")))
        .isInstanceOf(BudgetExhaustedException.class)
        .hasMessage(
            "tenant acme has a monthly budget of 5: 0 is spent, 3 is reserved, this request may cost 3");
  }

  @Test
  void aTenantThatMayGoOnIsToldThatItIsOverBudget() {
    card();
    tenant("acme", "5", OnExhausted.ALLOW);
    assertThat(reservations.reserve(request("r1", "acme")).overBudget()).isFalse();
    assertThat(reservations.reserve(request("r2", "acme")).overBudget()).isTrue();
  }

  @Test
  void anExpiredLeaseAndAReleasedOneFreeTheBudget() {
    card();
    tenant("acme", "3", OnExhausted.REJECT);
    reservations.reserve(request("r1", "acme"));
    reservations.release("r1");
    reservations.release("r1");
    reservations.reserve(request("r2", "acme"));
    clock.pass(Duration.ofSeconds(61));
    assertThat(reservations.reserve(request("r3", "acme")).amount()).isEqualByComparingTo("3");
    assertThat(spending.of("acme").reserved()).isEqualByComparingTo("3");
  }

  @Test
  void aRepeatIsAnsweredAlikeAndHoldsNothingTwice() {
    card();
    tenant("acme", "10", OnExhausted.REJECT);
    assertThat(reservations.reserve(request("r1", "acme")))
        .isEqualTo(reservations.reserve(request("r1", "acme")));
    assertThat(spending.of("acme").reserved()).isEqualByComparingTo("3");
    ReservationRequest other =
        new ReservationRequest("r1", "acme", "acme/key", "small", 5, 1_000_000, 60);
    assertThatThrownBy(() -> reservations.reserve(other))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "reservation r1 is recorded with other content: promptTokens was 1000000, now 5");
  }

  @Test
  void unknownTenantsModelsAndReservationsAreNamed() {
    card();
    assertThatThrownBy(() -> reservations.reserve(request("r1", "nobody")))
        .hasMessage("the ledger has no tenant nobody");
    tenant("acme", null, OnExhausted.REJECT);
    ReservationRequest request = new ReservationRequest("r1", "acme", "k", "huge", 1, 1, 60);
    assertThatThrownBy(() -> reservations.reserve(request))
        .hasMessage("rate card standard of tenant acme has no price for model huge");
    assertThatThrownBy(() -> reservations.release("r9")).hasMessage("no reservation has the id r9");
  }

  @Test
  void theCardInForceWhenReservedPricesTheCommit() {
    card();
    tenant("acme", "10", OnExhausted.REJECT);
    reservations.reserve(request("r1", "acme"));
    card("100", "50", "200");
    assertThat(commits.commit("r1", usage("u1", "acme", 1_000_000, 0, 1_000_000)).total())
        .isEqualByComparingTo("3");
    assertThat(commits.commit("r2", usage("u2", "acme", 1_000_000, 0, 0)).total())
        .isEqualByComparingTo("100");
  }

  @Test
  void concurrentRequestsNeverOverrunTheBudget() throws Exception {
    card();
    tenant("acme", "30", OnExhausted.REJECT);
    List<Callable<BigDecimal>> requests = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String id = "r" + i;
      requests.add(() -> reserveAndCommit(id));
    }
    BigDecimal charged = BigDecimal.ZERO;
    int refused = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<BigDecimal> result : threads.invokeAll(requests)) {
        try {
          charged = charged.add(result.get());
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(BudgetExhaustedException.class);
          refused++;
        }
      }
    }
    // Each commits 2.5 of the 3 it reserved: at least ten fit, and never more than 30 in all.
    assertThat(charged)
        .isGreaterThanOrEqualTo(new BigDecimal("25"))
        .isLessThanOrEqualTo(new BigDecimal("30"));
    assertThat(refused).isPositive();
    assertThat(spending.of("acme").charge()).isEqualByComparingTo(charged);
    assertThat(spending.of("acme").reserved()).isZero();
  }

  private BigDecimal reserveAndCommit(String id) {
    reservations.reserve(request(id, "acme"));
    assertThat(spending.of("acme").charge().add(spending.of("acme").reserved()))
        .isLessThanOrEqualTo(new BigDecimal("30"));
    Usage usage = usage("u-" + id, "acme", 1_000_000, 1_000_000, 1_000_000);
    BigDecimal charge = commits.commit(id, usage).total();
    assertThat(commits.commit(id, usage).total()).isEqualTo(charge);
    return charge;
  }
}
