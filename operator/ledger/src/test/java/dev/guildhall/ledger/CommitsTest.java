package dev.guildhall.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.ledger.Commits.Charged;
import dev.guildhall.ledger.Spending.KeySpend;
import dev.guildhall.ledger.Tenant.OnExhausted;
import dev.guildhall.planner.cost.Dimension;
import dev.guildhall.planner.cost.Period;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommitsTest extends LedgerFixture {

  @Test
  void tokensAreChargedExactlyByTheirOwnPrices() {
    card("0.27", "0.07", "1.1");
    tenant("acme", "50", OnExhausted.REJECT);
    Charged charged = commits.commit("r1", usage("u1", "acme", 101, 20, 7));
    assertThat(charged.input()).isEqualByComparingTo("0.00002187");
    assertThat(charged.cached()).isEqualByComparingTo("0.0000014");
    assertThat(charged.output()).isEqualByComparingTo("0.0000077");
    assertThat(charged.total()).isEqualByComparingTo("0.00003097");
  }

  @Test
  void aRepeatIsChargedOnceAndOtherContentIsRefused() {
    card();
    tenant("acme", "50", OnExhausted.REJECT);
    reservations.reserve(request("r1", "acme"));
    Charged first = commits.commit("r1", usage("u1", "acme", 10, 5, 7));
    Charged again = commits.commit("r1", usage("u1", "acme", 10, 5, 7));
    assertThat(again.total()).isEqualTo(first.total());
    assertThat(again.repeated()).isTrue();
    assertThat(spending.of("acme").charge()).isEqualByComparingTo(first.total());
    assertThatThrownBy(() -> commits.commit("r1", usage("u1", "acme", 10, 5, 8)))
        .hasMessage("usage u1 is recorded with other content: completionTokens was 7, now 8");
    assertThatThrownBy(() -> commits.commit("r1", usage("u2", "acme", 10, 5, 8)))
        .hasMessage("reservation r1 was committed by usage u1");
  }

  @Test
  void usageIsNeverRefusedForMoney() {
    card();
    tenant("acme", "3", OnExhausted.REJECT);
    reservations.reserve(request("r1", "acme"));
    clock.pass(Duration.ofSeconds(61));
    reservations.reserve(request("r2", "acme"));
    assertThat(commits.commit("r1", usage("u1", "acme", 1_000_000, 0, 1_000_000)).total())
        .isEqualByComparingTo("3");
    reservations.release("r2");
    assertThat(commits.commit("r2", usage("u2", "acme", 1_000_000, 0, 1_000_000)).total())
        .isEqualByComparingTo("3");
    assertThat(spending.of("acme").charge()).isEqualByComparingTo("6");
    assertThat(spending.of("acme").left()).isZero();
  }

  @Test
  void usageWithoutAPriceIsRecordedUncharged() {
    Charged charged = commits.commit("r1", usage("u1", "stranger", 10, 0, 10));
    assertThat(charged.priced()).isFalse();
    assertThat(charged.total()).isZero();
  }

  @Test
  void aReservationOfAnotherTenantCannotBeCommitted() {
    card();
    tenant("acme", "50", OnExhausted.REJECT);
    reservations.reserve(request("r1", "acme"));
    assertThatThrownBy(() -> commits.commit("r1", usage("u1", "beta", 1, 0, 1)))
        .hasMessage("reservation r1 is of tenant acme, usage.tenant is beta");
  }

  @Test
  void spendingKnowsTheMonthAndTheKeys() {
    card();
    tenant("acme", null, OnExhausted.REJECT);
    commits.commit("r1", usage("u1", "acme", 1_000_000, 0, 0));
    long used = now();
    clock.pass(Duration.ofDays(10));
    assertThat(spending.of("acme").month()).isEqualTo(202612);
    assertThat(spending.of("acme").charge()).isZero();
    assertThat(spending.of("acme").left()).isNull();
    assertThat(spending.of("acme").keys())
        .containsExactly(new KeySpend("acme/key", 0, BigDecimal.ZERO, used));
  }

  @Test
  void rateCardsGetANewVersionOnlyWhenTheyDiffer() {
    card();
    RateCard same =
        new RateCard(
            "USD",
            List.of(
                new RateCard.Price(
                    "small", BigDecimal.ONE, new BigDecimal("0.5"), new BigDecimal("2"))));
    assertThat(cards.put("standard", same)).isEqualTo(1);
    assertThat(cards.put("standard", new RateCard("USD", List.of()))).isEqualTo(2);
    assertThat(cards.put("standard", same)).isEqualTo(3);
  }

  @Test
  void costAndChargeOfAPeriodComeFromOneSnapshot() {
    card();
    tenant("acme", null, OnExhausted.REJECT);
    long start = now();
    states.append(
        List.of(node("1", "a", start - 3600 * SECOND), node("2", "a", start, serving(4))));
    clock.pass(Duration.ofHours(1));
    commits.commit("r1", usage("u1", "acme", 1_000_000, 0, 0));
    clock.pass(Duration.ofHours(1));
    var period = costs.untilNow(new Period(start, start + 24 * 3600 * SECOND));
    var report = costs.report(period, Optional.of("h800"), List.of(Dimension.STATE), 2);
    assertThat(report.billCost()).isEqualByComparingTo("32.00");
    assertThat(report.rows())
        .extracting(
            row ->
                row.group().get("state")
                    + " "
                    + row.gpuSeconds().stripTrailingZeros().toPlainString())
        .containsExactly("decode 8", "idle 28800", "prefill 4", "reserved 28788");
    assertThat(report.total().charge()).isEqualByComparingTo("1.00");
  }

  @Test
  void timeThatAnotherGroupSpentIsThatGroups() {
    card();
    tenant("acme", null, OnExhausted.REJECT);
    long start = now();
    states.append(
        List.of(node("1", "a", start, serving(4, "decode", "g0"), serving(2, "prefill", "p0"))));
    clock.pass(Duration.ofHours(1));
    Usage alone = usage("u1", "acme", 1_000_000, 0, 0);
    var elsewhere = new Usage.Elsewhere("p0", 5 * SECOND, 2);
    Usage helped = usage("u1", "acme", 1_000_000, 0, 0, elsewhere);
    commits.commit("r1", helped);
    assertThat(commits.commit("r1", helped).repeated()).isTrue();
    assertThatThrownBy(() -> commits.commit("r1", alone)).hasMessageContaining("elsewhere was");
    clock.pass(Duration.ofHours(1));
    var period = costs.untilNow(new Period(start, start + 24 * 3600 * SECOND));
    var by = List.of(Dimension.ROLE, Dimension.STATE);
    var report = costs.report(period, Optional.of("h800"), by, 2);
    assertThat(report.rows())
        .extracting(
            row ->
                row.group().get("role")
                    + " "
                    + row.group().get("state")
                    + " "
                    + row.gpuSeconds().stripTrailingZeros().toPlainString())
        .containsExactlyInAnyOrder(
            "decode prefill 4",
            "decode decode 8",
            "decode reserved 28788",
            "prefill prefill 10",
            "prefill reserved 14390",
            "- idle 14400");
    assertThat(report.total().charge()).as("once").isEqualByComparingTo("1.00");
    assertThat(report.total().requests()).isEqualTo(1);
  }
}
