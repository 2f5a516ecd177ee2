package dev.guildhall.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.gateway.routes.TenantRoute;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TenantLimitsTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong();
  private final TenantLimits limits = new TenantLimits(now::get);

  private static TenantRoute tenant(long perMinute, int inFlight) {
    return new TenantRoute("t", Set.of(), perMinute, inFlight, List.of());
  }

  @Test
  void tokensComeBackEvenly() {
    TenantRoute tenant = tenant(60, 0);
    assertThat(limits.enter(tenant, 60).refusal()).isNull();
    TenantLimits.Entry refused = limits.enter(tenant, 10);
    assertThat(refused.refusal()).isEqualTo(TenantLimits.Refusal.TOKEN_RATE);
    assertThat(refused.retryAfterSeconds()).isEqualTo(10);
    now.addAndGet(10 * SECOND);
    assertThat(limits.enter(tenant, 10).refusal()).isNull();
  }

  @Test
  void whatWasNotUsedIsGivenBackAtOnce() {
    TenantRoute tenant = tenant(60, 0);
    limits.enter(tenant, 60);
    limits.leave(tenant, 50);
    assertThat(limits.enter(tenant, 50).refusal()).isNull();
  }

  @Test
  void aRequestLargerThanAMinuteWaitsForAFullBucket() {
    TenantRoute tenant = tenant(60, 0);
    assertThat(limits.enter(tenant, 1000).refusal()).isNull();
    assertThat(limits.enter(tenant, 1000).retryAfterSeconds()).isEqualTo(60);
  }

  @Test
  void requestsInFlightAreCounted() {
    TenantRoute tenant = tenant(0, 2);
    limits.enter(tenant, 1);
    limits.enter(tenant, 1);
    assertThat(limits.enter(tenant, 1).refusal()).isEqualTo(TenantLimits.Refusal.IN_FLIGHT);
    limits.leave(tenant, 0);
    assertThat(limits.enter(tenant, 1).refusal()).isNull();
  }

  /**
   * Whatever is asked for and when: over any time no more gets through than a full bucket and what
   * refilled.
   */
  @Property(tries = 500)
  void theRateHolds(
      @ForAll @Size(max = 60) List<@IntRange(min = 1, max = 50) Integer> wishes,
      @ForAll @IntRange(min = 0, max = 9) int gap) {
    AtomicLong clock = new AtomicLong();
    TenantLimits fresh = new TenantLimits(clock::get);
    TenantRoute tenant = tenant(60, 0);
    long through = 0;
    for (int wish : wishes) {
      through += fresh.enter(tenant, wish).refusal() == null ? wish : 0;
      clock.addAndGet(gap * SECOND);
    }
    assertThat(through).isLessThanOrEqualTo(60 + clock.get() / SECOND);
  }
}
