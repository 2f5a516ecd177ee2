package dev.guildhall.controller.cluster;

import dev.guildhall.devcluster.DevCluster;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;

/**
 * What gateway and ranks say under a load: counters that go on with the clock. All ranks say the
 * same.
 */
final class PlayedLoad implements AutoCloseable {

  /**
   * What goes on in a second.
   *
   * @param requests that end
   * @param firstTokenSeconds how long each waits for its first token
   * @param busy share of the time that a rank computes prompts, at 1000 tokens per second
   * @param queuedTokens of prompts that wait at a rank
   */
  record Level(double requests, double firstTokenSeconds, double busy, double queuedTokens) {
    static final Level LOW = new Level(1, 0.05, 0.02, 0);
    static final Level HIGH = new Level(5, 4, 0.95, 20_000);

    /** Somewhat more than one group can do, and less if its ranks were even. */
    static final Level FULL = new Level(5, 0.05, 0.95, 150);
  }

  private static final int MOE_LAYERS = 5;
  private static final int EXPERTS = 32;

  private final PlayedPage ranks;
  private final FakeGateway gateway;
  private Level level = Level.LOW;
  private long thenNanos = System.nanoTime();
  private double requests;
  private double early;
  private double busySeconds;
  private double tokens;

  PlayedLoad(DevCluster cluster) throws IOException {
    ranks = new PlayedPage(FakeKubelet.RANKS, this::rank);
    gateway = new FakeGateway(cluster, this::gateway);
  }

  /** From now on. */
  synchronized void is(Level next) {
    goOn();
    level = next;
  }

  /**
   * Has ranks say that one expert gets half of the tokens, and by which placement they go.
   *
   * @param epoch of the placement
   */
  void hotExpert(int epoch) {
    ranks.at("/experts", () -> experts(epoch));
  }

  private synchronized String experts(int epoch) {
    goOn();
    var layer = new long[EXPERTS];
    Arrays.fill(layer, Math.round(tokens));
    layer[0] *= EXPERTS - 1;
    return "{\"placement\":%d,\"pauseSeconds\":0,\"tokens\":%s}"
        .formatted(epoch, Collections.nCopies(MOE_LAYERS, Arrays.toString(layer)));
  }

  private void goOn() {
    long now = System.nanoTime();
    double seconds = (now - thenNanos) / 1e9;
    thenNanos = now;
    requests += level.requests() * seconds;
    early += level.firstTokenSeconds() < 0.5 ? level.requests() * seconds : 0;
    busySeconds += level.busy() * seconds;
    tokens += level.busy() * 1000 * seconds;
  }

  private synchronized String rank() {
    goOn();
    return """
        guildhall_busy_seconds_total{phase="prefill"} %f
        guildhall_busy_seconds_total{phase="decode"} %f
        guildhall_prompt_tokens_total %f
        guildhall_queued_tokens %f
        guildhall_kv_cache_usage_ratio 0.1
        guildhall_num_requests_running 1
        guildhall_inter_token_latency_seconds_count %f
        guildhall_inter_token_latency_seconds_sum %f
        """
        .formatted(
            busySeconds, busySeconds / 10, tokens, level.queuedTokens(), tokens, tokens * 0.004);
  }

  private synchronized String gateway() {
    goOn();
    return """
        guildhall_gateway_requests_total{model="small-v3",status="200"} %1$f
        guildhall_gateway_requests_in_flight{model="small-v3"} 1
        guildhall_gateway_requests_waiting{model="small-v3"} 0
        guildhall_gateway_time_to_first_token_seconds_bucket{model="small-v3",le="0.5"} %2$f
        guildhall_gateway_time_to_first_token_seconds_bucket{model="small-v3",le="8"} %1$f
        guildhall_gateway_time_to_first_token_seconds_bucket{model="small-v3",le="+Inf"} %1$f
        guildhall_gateway_inter_token_latency_seconds_bucket{model="small-v3",le="0.01"} %1$f
        guildhall_gateway_inter_token_latency_seconds_bucket{model="small-v3",le="+Inf"} %1$f
        """
        .formatted(requests, early);
  }

  @Override
  public void close() {
    ranks.close();
    gateway.close();
  }
}
