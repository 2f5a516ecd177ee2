package dev.guildhall.gateway.limits;

import dev.guildhall.gateway.routes.TenantRoute;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Token rate and requests in flight per tenant, of this gateway process: R replicas together let R
 * times as much through.
 */
@Singleton
public final class TenantLimits {

  private final LongSupplier nanoTime;
  private final Map<String, State> states = new ConcurrentHashMap<>();

  private static final class State {
    private TokenBucket bucket;
    private int inFlight;
  }

  TenantLimits() {
    this(System::nanoTime);
  }

  TenantLimits(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Why a request was not let in. */
  public enum Refusal {
    TOKEN_RATE,
    IN_FLIGHT
  }

  /**
   * The outcome of {@link #enter}.
   *
   * @param refusal null when let in
   * @param retryAfterSeconds when trying again makes sense, at least 1 for a refusal
   * @param remaining tokens left in the bucket, -1 without a limit
   */
  public record Entry(Refusal refusal, long retryAfterSeconds, long remaining) {}

  /**
   * Asks for a request's place and the most tokens it may use; a request that was let in must
   * {@link #leave}.
   *
   * @param tokens prompt and largest completion together
   */
  public Entry enter(TenantRoute tenant, long tokens) {
    State state = states.computeIfAbsent(tenant.name(), name -> new State());
    synchronized (state) {
      long now = nanoTime.getAsLong();
      if (tenant.requestsInFlight() > 0 && state.inFlight >= tenant.requestsInFlight()) {
        return new Entry(Refusal.IN_FLIGHT, 1, -1);
      }
      TokenBucket bucket = bucket(state, tenant, now);
      long wait = bucket == null ? 0 : bucket.take(tokens, now);
      if (wait > 0) {
        return new Entry(
            Refusal.TOKEN_RATE,
            Math.max(1, (wait + 999_999_999) / 1_000_000_000),
            bucket.level(now));
      }
      state.inFlight++;
      return new Entry(null, 0, bucket == null ? -1 : bucket.level(now));
    }
  }

  /**
   * Ends a request that was let in.
   *
   * @param unused of the tokens asked for
   */
  public void leave(TenantRoute tenant, long unused) {
    State state = states.get(tenant.name());
    synchronized (state) {
      state.inFlight--;
      if (state.bucket != null) {
        state.bucket.giveBack(unused, nanoTime.getAsLong());
      }
    }
  }

  private static TokenBucket bucket(State state, TenantRoute tenant, long now) {
    if (tenant.tokensPerMinute() == 0) {
      state.bucket = null;
    } else if (state.bucket == null || state.bucket.perMinute() != tenant.tokensPerMinute()) {
      state.bucket = new TokenBucket(tenant.tokensPerMinute(), now);
    }
    return state.bucket;
  }
}
