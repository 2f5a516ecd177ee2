package dev.guildhall.controller.kube;

import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimiter;
import java.time.Duration;
import java.util.Optional;

/**
 * At most one pass over an object in 200 ms, where a pass looks at many pods: while hundreds start
 * one would come for each change of each. A change after a quiet moment is seen at once.
 */
public final class PassPace implements RateLimiter<RateLimiter.RateLimitState> {

  private static final Duration PACE = Duration.ofMillis(200);

  private final LinearRateLimiter limiter = new LinearRateLimiter(PACE, 1);

  @Override
  public Optional<Duration> isLimited(RateLimitState state) {
    return limiter.isLimited(state);
  }

  @Override
  public RateLimitState initState() {
    return limiter.initState();
  }
}
